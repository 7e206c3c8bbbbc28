import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Creates the first admin user, with a random password that is shown this once; does nothing if there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        users = get_user_model().objects
        if there := users.filter(is_superuser=True).first():
            name = there.get_username()
            self.stdout.write(
                f"Admin site user: {name}, since earlier; a new password: manage.py changepassword {name}"
            )
            return
        password = secrets.token_urlsafe(12)
        users.create_superuser("admin", password=password)
        self.stdout.write(f"Admin site user: admin, password: {password}   (shown only now)")
