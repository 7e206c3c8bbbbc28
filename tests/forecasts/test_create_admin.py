from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def run() -> str:
    output = StringIO()
    call_command("create_admin", stdout=output)
    return output.getvalue()


def test_the_password_that_is_shown_opens_the_admin_site() -> None:
    password = run().split("password: ")[1].split()[0]
    user = authenticate(username="admin", password=password)
    assert user is not None
    assert user.is_superuser


def test_a_second_time_creates_nothing_and_says_how_to_get_a_new_password() -> None:
    run()
    assert run() == "Admin site user: admin, since earlier; a new password: manage.py changepassword admin\n"
    assert get_user_model().objects.count() == 1
