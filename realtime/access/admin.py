"""Who is logged in, and which programs have a key."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now

from . import keys
from .models import ApiKey, Scope, Session

ONCE = "The key of {name}, which is shown only now: {text}"


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    scopes = forms.MultipleChoiceField(choices=Scope.choices, widget=forms.CheckboxSelectMultiple, initial=["read"])

    class Meta:
        model = ApiKey
        fields = ["name", "scopes", "expires_at", "is_active"]


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = ApiKeyForm
    list_display = ["name", "prefix", "scopes", "is_active", "expires_at", "last_used_on"]
    readonly_fields = ["prefix", "created_at", "last_used_on"]

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=form.changed_data)
            return
        obj.prefix, obj.sha256, text = keys.make()
        obj.save()
        self.message_user(request, ONCE.format(name=obj.name, text=text), messages.WARNING)


@admin.register(Session)
class SessionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["user", "created_at", "expires_at", "ended_at"]
    list_filter = ["user"]
    list_select_related = ["user"]
    actions = ["log_out"]

    @admin.action(description="Log out", permissions=["end"])
    def log_out(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        queryset.filter(ended_at=None).update(ended_at=now())

    def has_end_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("access.change_session")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_add_permission = has_change_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Sessions go with their person; by themselves they are ended, so that one can see that they were."""
        page = request.resolver_match
        is_here = page is not None and str(page.url_name).startswith("access_session_")
        return not is_here and super().has_delete_permission(request, obj)
