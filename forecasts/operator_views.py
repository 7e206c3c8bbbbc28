"""The buttons of the admin site that are not about one row: refresh everything, and try a source."""

from asgiref.sync import async_to_sync
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from .models import Location
from .providers import PROVIDERS, Batch, Place, ProviderError
from .providers.quota import governed_by
from .quota import SharedGovernor

TRIED = 0  # the id of the place that is tried: it has no row yet

may_operate = permission_required("forecasts.change_location", raise_exception=True)


@require_POST
@may_operate
def refresh_all(request: HttpRequest) -> HttpResponse:
    asked_at = now()
    Location.objects.filter(is_active=True).update(due_at=asked_at)
    return HttpResponseRedirect(f"{reverse('admin:index')}?{urlencode({'asked_at': asked_at.isoformat()})}")


@require_POST
@may_operate
def try_source(request: HttpRequest) -> JsonResponse:
    """Ask a provider once for the station that was typed; nothing is kept."""
    try:
        place = typed_place(request)
        batch = async_to_sync(ask)(request.POST.get("provider", ""), place)
    except (ValueError, ProviderError) as problem:
        return JsonResponse({"is_well": False, "words": str(problem)})
    if batch.failures:
        return JsonResponse({"is_well": False, "words": batch.failures[TRIED]})
    return JsonResponse({"is_well": bool(batch.readings or batch.forecasts), "words": in_words(batch)})


def typed_place(request: HttpRequest) -> Place:
    try:
        latitude, longitude = (float(request.POST.get(name, "")) for name in ("latitude", "longitude"))
    except ValueError as error:
        raise ValueError("Type the latitude and the longitude of the location first, in degrees.") from error
    return Place(TRIED, latitude, longitude, request.POST.get("station", "").strip())


async def ask(provider: str, place: Place) -> Batch:
    if provider not in PROVIDERS:
        raise ValueError(f"There is no provider {provider!r}; choose one of {', '.join(PROVIDERS)}.")
    with governed_by(SharedGovernor()):
        return await PROVIDERS[provider].fetch([place], None)


def in_words(batch: Batch) -> str:
    if not batch.readings:
        hours = len(batch.forecasts)
        return f"It answered with {hours} model hours and no readings." if hours else "It answered without any value."
    newest = max(reading.observed_at for reading in batch.readings)
    values = ", ".join(
        f"{reading.parameter} {reading.value:g} {reading.unit}"
        for reading in batch.readings
        if reading.observed_at == newest
    )
    terms = batch.terms.get(TRIED)
    owner = f" Station: {terms.name}; {terms.licence}." if terms else ""
    return f"{len(batch.readings)} readings, newest of {newest:%Y-%m-%d %H:%M} UTC: {values}.{owner}"
