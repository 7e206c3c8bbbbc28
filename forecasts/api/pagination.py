import re
from typing import Any

from django.db.models import Model, QuerySet
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class LocationPagination(CursorPagination):
    """By slug, or by distance where the query set knows one: `metres`, whole, so that a cursor compares exactly."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_ordering(self, request: Request, queryset: QuerySet[Model], view: Any) -> tuple[str, ...]:
        return ("metres", "slug") if "metres" in queryset.query.annotations else ("slug",)

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            cursor = super().decode_cursor(request)
        except NotFound as error:
            raise _not_a_cursor() from error
        position = r"[0-9]{1,8}" if "metres" in self.ordering else r"[-\w]{1,80}"
        if cursor is not None and cursor.position is not None and not re.fullmatch(position, str(cursor.position)):
            raise _not_a_cursor()
        return cursor


def _not_a_cursor() -> ValidationError:
    return ValidationError({"cursor": ["This is not a cursor of this list: follow `next`, or leave it out."]})
