"""The broadcast button of the admin site."""

from asgiref.sync import async_to_sync
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from forecasts.models import Location
from forecasts.operator_views import may_operate
from forecasts.snapshots import read_newest

from .broadcast import AnnounceError, announce


@require_POST
@may_operate
def broadcast_all(request: HttpRequest) -> HttpResponse:
    """Hand the newest snapshot of every place to its group once more; no provider is asked."""
    newest = read_newest(list(Location.objects.filter(is_active=True).values_list("pk", flat=True)))
    try:
        async_to_sync(announce)(newest)
    except AnnounceError as problem:
        messages.error(request, f"Nothing was sent: {problem}.")
    else:
        sent = f"Sent the newest snapshot of {len(newest)} places again; a socket that has it is left in peace."
        messages.success(request, sent)
    return HttpResponseRedirect(reverse("admin:index"))
