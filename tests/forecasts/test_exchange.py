import csv
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forecasts.models import Location, Source
from forecasts.snapshots import get_current_forecast
from tests.forecasts.admin_site import LIST, place, said, text

HEADER = "slug,name,country,latitude,longitude,timezone,aliases,is_active,provider"


@pytest.fixture
def operator(admin_client: Client) -> Client:
    return admin_client


@pytest.fixture
def delhi(db: None) -> Location:
    return place("delhi", name="Delhi", country="IN", aliases=["Dilli", "दिल्ली"])


def import_rows(operator: Client, *lines: str, header: str = HEADER) -> Any:
    file = SimpleUploadedFile("places.csv", "\n".join([header, *lines]).encode(), "text/csv")
    return operator.post(f"{LIST}import/", {"format": "0", "import_file": file}, follow=True)


def exported(operator: Client) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text(operator.post(f"{LIST}export/", {"format": "0", **every_column()})))))


def every_column() -> dict[str, str]:
    return {"resource": "0", **{f"locationresource_{name}": "on" for name in [*HEADER.split(","), "scale"]}}


def test_what_is_exported_comes_back_the_same(operator: Client, delhi: Location) -> None:
    place("cape-town", name="Kaapstad", latitude=-33.8, longitude=18.4, is_active=False, scale="us_epa_2024")
    rows = exported(operator)
    before = list(Location.objects.values())
    import_rows(operator, *(",".join(f'"{cell}"' for cell in row.values()) for row in rows), header=",".join(rows[0]))
    assert list(Location.objects.values()) == before
    assert ",".join(rows[0]) == f"{HEADER},scale"
    assert [row["scale"] for row in rows] == ["", "us_epa_2024"]
    assert rows[0]["aliases"] == "Dilli; दिल्ली"
    assert rows[1]["latitude"] == "-33.8"
    assert {row["provider"] for row in rows} == {"simulated"}


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_no_formula_leaves_in_a_file_and_the_name_comes_back(operator: Client, delhi: Location, name: str) -> None:
    Location.objects.update(name=name)
    (row,) = exported(operator)
    assert row["name"] == f"'{name}"
    Location.objects.update(name="changed")
    import_rows(operator, ",".join(row.values()), header=",".join(row))
    assert Location.objects.get().name == name


def test_a_file_makes_locations_with_a_source_and_a_first_snapshot(operator: Client) -> None:
    answer = import_rows(operator, "lima,Lima,PE,-12.04,-77.04,America/Lima,Ciudad; Callao,1,open_meteo")
    assert said(answer) == ["Import finished: 1 new, 0 updated, 0 deleted and 0 skipped locations."]
    lima = Location.objects.get()
    assert (lima.latitude, lima.aliases, lima.is_active) == (-12.04, ["Ciudad", "Callao"], True)
    assert lima.sources.get().provider == "open_meteo"
    assert get_current_forecast(lima).seq == 1


def test_a_file_chooses_the_scale_and_an_unknown_one_is_refused(operator: Client, delhi: Location) -> None:
    import_rows(operator, "delhi,us_epa_2024", header="slug,scale")
    delhi.refresh_from_db()
    assert delhi.scale == "us_epa_2024"
    assert "is not a valid choice" in text(import_rows(operator, "delhi,us_epa_1999", header="slug,scale"))
    delhi.refresh_from_db()
    assert delhi.scale == "us_epa_2024"


def test_an_import_leaves_alone_what_the_beat_writes(operator: Client, delhi: Location) -> None:
    with CaptureQueriesContext(connection) as queries:
        import_rows(operator, "delhi,New Delhi", header="slug,name")
    updates = [query["sql"] for query in queries if query["sql"].startswith('UPDATE "forecasts_location"')]
    assert len(updates) == 1
    assert '"seq"' not in updates[0]


def test_a_file_may_leave_columns_out(operator: Client, delhi: Location) -> None:
    import_rows(operator, "delhi,New Delhi", header="slug,name")
    delhi.refresh_from_db()
    assert (delhi.name, delhi.latitude, delhi.aliases) == ("New Delhi", 28.6, ["Dilli", "दिल्ली"])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("rome,Rome,IT,91,12,Europe/Rome,,1,", "less than or equal to 90"),
        ("rome,Rome,IT,north,12,Europe/Rome,,1,", "is no number of degrees"),
        ("rome,Rome,IT,nan,12,Europe/Rome,,1,", "is no number of degrees"),
        ("rome,Rome,IT,,,Europe/Rome,,1,", "needs a latitude and a longitude"),
        ("rome,Rome,IT,41,12,Rome,,1,", "is no IANA time zone"),
        ("rome,Rome,IT,41,12,Europe/Rome,,maybe,", "is neither 1 nor 0"),
        ("rome,Rome,IT,41,12,Europe/Rome,,1,crystal_ball", "There is no provider"),
        ("ro me,Rome,IT,41,12,Europe/Rome,,1,", "valid “slug”"),
        ("delhi,Delhi,IN,28,77,Asia/Kolkata,,1,open_meteo", "has sources already, simulated first"),
    ],
)
def test_one_bad_row_is_explained_and_keeps_the_whole_file_out(
    operator: Client, delhi: Location, row: str, reason: str
) -> None:
    before = list(Location.objects.values())
    page = text(import_rows(operator, "lima,Lima,PE,-12.04,-77.04,America/Lima,,1,simulated", row))
    assert reason in page
    assert list(Location.objects.values()) == before
    assert Source.objects.count() == 1


def test_a_misspelt_column_is_not_passed_over(operator: Client) -> None:
    page = text(import_rows(operator, "lima,Lima", header="slug,nmae"))
    assert "Unknown columns: nmae" in page
    assert not Location.objects.exists()


def test_whoever_may_only_look_can_export_and_not_import(client: Client, delhi: Location) -> None:
    reader = User.objects.create_user("reader", password="a long password", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_location"))
    client.force_login(reader)
    assert len(exported(client)) == 1
    assert client.get(f"{LIST}import/").status_code == 403
    client.force_login(User.objects.create_user("stranger", password="a long password", is_staff=True))
    assert client.get(f"{LIST}export/").status_code == 403
