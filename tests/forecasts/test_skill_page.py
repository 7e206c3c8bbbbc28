"""What operators see of how good the forecasts were."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.timezone import now

from forecasts.models import Location, Score
from forecasts.scoring import Sums

from .admin_site import LIST, place, text

OVERVIEW = "/admin/forecasts/score/"


@pytest.fixture
def delhi(db: None) -> Location:
    return place("delhi")


@pytest.fixture
def operator(admin_client: Client) -> Client:
    return admin_client


def score(location: Location | None, count: float, air: str = "measured") -> None:
    sums = Sums(count, 2 * count, -count, 0.8 * count, 0.95 * count, count, 4 * count, 2 * count)
    day = (now() - timedelta(days=1)).date()
    Score.objects.create(location=location, parameter="pm25", unit="µg/m³", air=air, day=day, sums={"24": sums})


def test_the_page_of_a_location_shows_how_good_its_forecasts_were(operator: Client, delhi: Location) -> None:
    assert "No forecast has been compared with what came yet" in text(operator.get(f"{LIST}{delhi.pk}/change/"))
    score(delhi, 200)
    page = text(operator.get(f"{LIST}{delhi.pk}/change/"))
    row = page[page.index("<th>pm25 (µg/m³)</th>") :].split("</tr>")[0]
    cells = [cell.split("</td>")[0] for cell in row.split("<td>")[1:]]
    assert cells == ["24", "200", "2", "-1", "4", "50 %", "–", "–", "80 %", "95 %", "–"]
    assert operator.get(f"{LIST}add/").status_code == 200


def test_too_few_comparisons_are_told_and_not_turned_into_figures(operator: Client, delhi: Location) -> None:
    score(delhi, 20)
    page = text(operator.get(f"{LIST}{delhi.pk}/change/"))
    assert "Not enough yet: a figure needs 168 comparisons." in page
    assert "80 %</td>" not in page


def test_the_overview_shows_every_kind_of_air_by_itself_and_marks_what_is_not_measured(
    operator: Client, delhi: Location
) -> None:
    assert "No forecast has been compared" in text(operator.get(OVERVIEW))
    for air in ("measured", "simulated"):
        score(None, 300, air)
    page = text(operator.get(OVERVIEW))
    assert (
        page.index("Measured air") < page.index("Simulated air</h2>") < page.index("this says nothing about real air")
    )
    assert page.count("<td>300</td>") == 2


def test_who_may_not_look_at_scores_does_not_see_them(client: Client, delhi: Location) -> None:
    client.force_login(User.objects.create_user("editor", is_staff=True))
    assert client.get(OVERVIEW).status_code == 403
