"""PostgreSQL as Django speaks to it, whose every failure to connect is a fault of the database."""

from typing import Any

from django.db import OperationalError
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except OSError as error:  # psycopg lets it out, such as the last file descriptor being gone
            raise OperationalError(f"No connection to the database could be made: {error}") from error
