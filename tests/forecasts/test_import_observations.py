import gzip
import io
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forecasts.models import Location, Observation, Source
from forecasts.quality import Flag

FIXTURES = Path(__file__).parent.parent / "fixtures" / "imports"
WIDE = FIXTURES / "wide.csv"
HEADER = "location_id,time_utc,pm25\n"
MIDNIGHT = datetime(2024, 3, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def run(file: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_observations", str(file), *options, stdout=out)
    return out.getvalue()


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refused(file: Path, *options: str) -> str:
    """The error of an import that must leave nothing behind."""
    with pytest.raises(CommandError) as caught:
        run(file, *options)
    assert not Source.objects.filter(provider="files").exists()
    assert not Observation.objects.exists()
    return str(caught.value)


def place(slug: str = "port") -> Location:
    return Location.objects.create(slug=slug, name="Port", latitude=53.5, longitude=10)


def stored(station: str) -> set[tuple[str, int, float, str]]:
    rows = Observation.objects.filter(source__station=station)
    return {(row.parameter, row.observed_at.hour, row.original_value, row.original_unit) for row in rows}


def test_a_wide_file_becomes_the_history_of_its_stations() -> None:
    run(WIDE)
    assert stored("harbour") == {
        ("pm25", 0, 12.5, "µg/m³"),
        ("pm25", 1, 99.0, "µg/m³"),  # the first row of this hour has no value
        ("pm25", 4, 14.0, "µg/m³"),
        ("pm10", 0, 20.0, "µg/m³"),
        ("pm10", 1, 22.0, "µg/m³"),
        ("pm10", 2, -3.0, "µg/m³"),
        ("pm10", 4, 24.0, "µg/m³"),
        ("o3", 0, 31.0, "ppb"),
        ("o3", 1, 28.0, "ppb"),
        ("o3", 2, 27.0, "ppb"),
        ("o3", 4, 26.0, "ppb"),
        ("co", 0, 400.0, "µg/m³"),
        ("co", 1, 410.0, "µg/m³"),
        ("co", 4, 9e9, "µg/m³"),
    }
    assert len(stored("hill")) == 4
    ozone = Observation.objects.get(source__station="harbour", parameter="o3", observed_at=MIDNIGHT)
    assert ozone.value_ug_m3 == pytest.approx(31 * 48 / 24.45)


def test_the_summary_counts_everything_that_was_left_out_or_flagged() -> None:
    lines = run(WIDE).splitlines()
    assert lines[0] == "Rows read: 8; empty cells: 1."
    assert set(lines[1:5]) == {
        "Duplicates: 2 values for an hour that an earlier row has; the first one counts.",
        "Rejected: 4 values, not on the hour.",
        "Rejected: 4 values, in the far future.",
        "Rejected: 3 values, stands for no value.",
    }
    assert lines[5:7] == ["Skipped columns: wind_ms, aqi_official.", "Observations: 18 new, 0 already there."]
    assert set(lines[7:9]) == {
        "Flagged: 1 values, impossible: higher than any hour outdoors ever was.",
        "Flagged: 1 values, detection_limit: so low that the instrument cannot tell it from nothing; it counts.",
    }
    assert lines[9].startswith("harbour: 14 values, 2024-03-01 00:00 to 2024-03-01 04:00 UTC.")


def test_the_same_file_again_changes_nothing_and_says_so() -> None:
    run(WIDE)
    before = list(Observation.objects.order_by("pk").values())
    assert "Observations: 0 new, 18 already there." in run(WIDE)
    assert list(Observation.objects.order_by("pk").values()) == before
    assert Location.objects.count() == Source.objects.count() == 2


def test_a_new_station_is_an_inactive_location_with_what_the_manifest_knows() -> None:
    assert 'Not shown yet: tick "is active" at the location' in run(WIDE)
    harbour, hill = Location.objects.get(slug="harbour"), Location.objects.get(slug="hill")
    assert (harbour.name, harbour.latitude, harbour.longitude) == ("Harbour Quay", 53.54, 9.98)
    assert (hill.name, hill.latitude, hill.longitude) == ("hill", None, None)
    assert not harbour.is_active
    source = harbour.sources.get()
    assert (source.provider, source.attribution, source.licence) == ("files", "Two stations of a port", "CC BY 4.0")
    assert source.is_enabled


def test_the_operators_terms_come_before_those_of_the_manifest() -> None:
    run(WIDE, "--licence", "ODbL", "--attribution", "Port Authority")
    assert set(Source.objects.values_list("licence", "attribution")) == {("ODbL", "Port Authority")}


def test_a_location_that_has_the_slug_already_is_not_taken_over() -> None:
    place("hill")
    run(WIDE)
    assert Source.objects.get(station="hill").location.slug == "hill-2"


def test_hours_that_their_publisher_does_not_call_valid_are_kept_with_a_flag() -> None:
    text = run(FIXTURES / "embassy.csv")
    kept = Observation.objects.order_by("observed_at").values_list("original_value", "flags")
    assert list(kept) == [(180, None), (985, Flag.PUBLISHER | Flag.FULL_SCALE), (160, Flag.PUBLISHER)]
    assert "Flagged: 2 values, publisher: its publisher marks it as not valid." in text
    assert "Rejected: 1 values, stands for no value." in text
    assert "Skipped columns: local_time, nowcast_conc, aqi_official, aqi_category." in text


def test_a_file_is_judged_hour_by_hour_like_the_air_that_comes_in(tmp_path: Path) -> None:
    values = [20, 21, 900, 22, *[16.2] * 13, 23]
    rows = "".join(f"a,2024-03-01T{hour:02}:00:00Z,{value}\n" for hour, value in enumerate(values))
    text = run(write(tmp_path, HEADER + rows))
    flagged = dict(Observation.objects.exclude(flags=None).values_list("observed_at__hour", "flags"))
    assert flagged == {2: Flag.SPIKE} | dict.fromkeys(range(4, 17), Flag.STUCK)
    assert "Flagged: 13 values, stuck: the same number for too many hours." in text
    assert "Flagged: 13 values, stuck" in run(tmp_path / "file.csv")


def test_an_old_openaq_export_brings_its_units_coordinates_and_attribution() -> None:
    run(FIXTURES / "openaq_v1.csv")
    source = Source.objects.get(station="Lake Road, Pune - MPCB")
    assert source.attribution == "Pollution Board, City of Pune"
    assert (source.location.slug, source.location.latitude) == ("lake-road-pune-mpcb", 18.51)
    assert stored(source.station) == {("pm25", 14, 41.2, "µg/m³"), ("co", 14, 0.6, "mg/m³")}
    assert Observation.objects.get(parameter="co").value_ug_m3 == pytest.approx(600)


def test_a_new_openaq_export_keeps_its_utc_time_and_names_the_parameters_it_skips() -> None:
    assert "Skipped parameters: um003 (1 rows)." in run(FIXTURES / "openaq_v3.csv")
    assert stored("4711") == {("no2", 1, 0.02, "ppm")}
    source = Source.objects.get()
    assert (source.name, source.attribution, source.location.name) == ("Elm Street", "AirNow", "Elm Street")


def test_the_offset_of_an_archive_file_is_taken_off() -> None:
    run(FIXTURES / "openaq_archive.csv")
    assert stored("31") == {("pm10", 8, 14.0, "µg/m³"), ("pm10", 9, 4.0, "µg/m³")}


def test_a_column_that_is_utc_by_name_may_leave_the_offset_out() -> None:
    run(FIXTURES / "city_long.csv")
    assert stored("BETX01") == {("pm25", 6, 18.0, "µg/m³"), ("no2", 7, 21.5, "µg/m³")}


def test_gzip_is_told_by_content_and_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    text = "\ufeff" + HEADER + "a,2024-03-01T00:00:00Z,7\n\n"
    run(write(tmp_path, gzip.compress(text.encode())))
    assert stored("a") == {("pm25", 0, 7.0, "µg/m³")}


def test_a_gas_without_a_unit_is_an_error_that_names_the_cure(tmp_path: Path) -> None:
    file = Path(shutil.copy(WIDE, tmp_path))
    assert "unit of o3: add --unit o3=ppb" in refused(file)
    run(file, "--unit", "o3=ppb", "--unit", "co=ppb")
    assert Observation.objects.filter(parameter="co", original_unit="ppb").exists()


@pytest.mark.parametrize("option", ["o3", "o3=inches", "aqi=ppb", "pm25=ppb", "pm25=aqi"])
def test_a_unit_that_cannot_be_is_refused(tmp_path: Path, option: str) -> None:
    refused(write(tmp_path, HEADER + "a,2024-03-01T00:00:00Z,7\n"), "--unit", option)


def test_an_index_beside_a_concentration_is_not_imported(tmp_path: Path) -> None:
    header, row = "location_id,time_utc,pm25_aqi,pm25,aqi,aqi_official\n", "a,2024-03-01T00:00:00Z,57,12,57,57\n"
    run(write(tmp_path, header + row))
    assert stored("a") == {("pm25", 0, 12.0, "µg/m³")}


def test_a_unit_of_the_manifest_that_cannot_be_names_its_column(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"datasets": [{"file": "file.csv", "units": {"pm25": "ppb"}}]}')
    assert "column pm25: pm25 is not a known gas" in refused(write(tmp_path, HEADER + ROW))


def test_a_unit_for_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "--unit o3: the file has no such column" in refused(
        write(tmp_path, HEADER + "a,2024-03-01T00:00:00Z,7\n"), "--unit", "o3=ppb"
    )


def test_a_file_that_says_its_units_is_not_overruled() -> None:
    assert "this one does, in every row" in refused(FIXTURES / "openaq_v3.csv", "--unit", "no2=ppb")


def test_a_file_of_one_station_goes_to_the_place_that_is_named() -> None:
    port = place()
    run(FIXTURES / "openaq_v3.csv", "--location", "port")
    assert Source.objects.get(provider="files").location == port
    assert Location.objects.count() == 1


def test_a_file_of_several_stations_needs_a_choice_for_one_place() -> None:
    port = place()
    assert "'harbour', 'hill': pick one with --site" in refused(WIDE, "--location", "port")
    assert "no location_id 'moon'; there are 'harbour', 'hill'" in refused(WIDE, "--site", "moon")
    assert "Rows read: 2; empty cells: 0." in run(WIDE, "--location", "port", "--site", "hill")
    assert Source.objects.get(provider="files").location == port
    assert stored("harbour") == set()


def test_a_long_list_of_stations_is_cut_short(tmp_path: Path) -> None:
    place()
    rows = "".join(f"s{number},2024-03-01T00:00:00Z,7\n" for number in range(12))
    assert "'s9' and 2 more: pick" in refused(write(tmp_path, HEADER + rows), "--location", "port")


def test_an_unknown_place_is_refused() -> None:
    refused(WIDE, "--location", "Atlantis-under-the-sea")


def test_measured_history_is_not_mixed_with_simulated_numbers() -> None:
    port = place()
    port.sources.create(provider="simulated")
    assert "Kept as history: the location shows simulated numbers" in run(
        FIXTURES / "openaq_v3.csv", "--location", "port"
    )
    assert not port.sources.get(provider="files").is_enabled


def test_a_files_source_comes_after_those_that_are_there() -> None:
    port = place()
    port.sources.create(provider="open_meteo", position=3)
    assert "Kept as history" not in run(FIXTURES / "openaq_v3.csv", "--location", "port")
    source = port.sources.get(provider="files")
    assert (source.position, source.is_enabled) == (4, True)


ROW = "a,2024-03-01T00:00:00Z,7\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEADER + ROW + "a,2024-03-01T01:00:00Z\n", "line 3: 2 fields where the header has 3"),
        (HEADER + ROW + "a,2024-03-01T01:00:00Z,7,8\n", "line 3: 4 fields"),
        (HEADER + ROW + "a,2024-03-01T01:00:00Z,seven\n", "line 3: 'seven' is not a number"),
        (HEADER + ROW + "a,2024-03-01T01:00:00Z,1_0\n", "line 3: '1_0' is not a number"),
        (HEADER + ROW + "a,yesterday noon,7\n", "line 3: 'yesterday noon' is not a time"),
        (HEADER + ROW + "a,0001-01-01T00:00+05:00,7\n", "line 3: '0001-01-01T00:00+05:00' is not a time"),
        (HEADER + ROW + "a,2024-03-01,7\n", "line 3: '2024-03-01' is not a date with a time"),
        (HEADER + ROW + " ,2024-03-01T01:00:00Z,7\n", "line 3: the location is empty"),
        (HEADER + ROW + "a" * 121 + ",2024-03-01T01:00:00Z,7\n", "longer than 120 characters"),
        (HEADER + ROW + 'a,"2024-03-01T01:00:00Z"x,7\n', "line 3: not readable as CSV"),
        (HEADER.encode() + ROW.encode() + b"\xff,2024-03-01T01:00:00Z,7\n", "line 3: not UTF-8"),
        (gzip.compress((HEADER + ROW).encode(), mtime=0)[:-9], "damaged"),
        (gzip.compress((HEADER + ROW).encode(), mtime=0)[:-8] + b"\0" * 8, "damaged"),
        ("", "line 1: this header cannot be read"),
        ("time,pm25\n2024-03-01T01:00:00Z,7\n", "line 1: this header cannot be read"),
        ("location_id,time_utc,aqi\na,2024-03-01T01:00:00Z,7\n", "line 1: this header cannot be read"),
        ("location_id,time_utc,pm25,pm25\na,2024-03-01T01:00:00Z,7,8\n", "line 1: two columns have the same name"),
        ("location_id,time_utc,pm25,pm25_raw\na,2024-03-01T01:00:00Z,7,8\n", "line 1: two columns for one parameter"),
        ("location,utc,parameter,unit\na,2024-03-01T01:00:00Z,pm25,ppb\n", "line 1: no column value"),
        ("location,utc,parameter,value,unit\na,2024-03-01T01:00:00Z,o3,7,inch\n", "line 2: Unknown unit 'inch'"),
        ("location,utc,parameter,value,unit\na,2024-03-01T01:00:00Z,pm25,57,aqi\n", "line 2: Unknown unit 'aqi'"),
        (
            "location,datetime,parameter,value,unit\na,2024-03-01T01:00:00,o3,7,ppb\n",
            "line 2: '2024-03-01T01:00:00' does",
        ),
        ("location_id,time_utc,pm25,lat\na,2024-03-01T01:00:00Z,7,91\n", "line 2: '91' is not between -90 and 90"),
        (HEADER + "a,2999-01-01T00:00:00Z,7\n", "no value of it can be kept"),
    ],
)
def test_a_damaged_file_is_refused_with_its_line_and_nothing_is_imported(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    assert message in refused(write(tmp_path, content))
    assert not Location.objects.exists()


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path / "nothing.csv")


@pytest.mark.parametrize("content", ["{", "[]", '{"datasets": [{"units": {}}]}'])
def test_a_manifest_that_cannot_be_read_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    assert "manifest.json is not a manifest" in refused(write(tmp_path, HEADER + ROW))


def test_coordinates_that_a_file_leaves_open_stay_open(tmp_path: Path) -> None:
    run(write(tmp_path, "location_id,time_utc,pm25,lat,lon\na,2024-03-01T00:00:00Z,7,,None\n"))
    assert (Location.objects.get().latitude, Location.objects.get().longitude) == (None, None)


def test_words_that_could_command_the_terminal_are_shown_harmless(tmp_path: Path) -> None:
    text = run(write(tmp_path, "location_id,time_utc,pm25,\x1b[31m\na,2024-03-01T00:00:00Z,7,1\n"))
    assert "Skipped columns: '\\x1b[31m'." in text


def test_a_long_file_is_written_in_many_short_transactions(tmp_path: Path) -> None:
    rows = "".join(
        f"a,20{year}-03-{day:02}T{hour:02}:00:00Z,7\n"
        for year in (20, 21, 22, 23)
        for day in range(1, 32)
        for hour in range(24)
    )
    with CaptureQueriesContext(connection) as queries:
        run(write(tmp_path, HEADER + rows))
    assert sum("INSERT INTO forecasts_observation" in query["sql"] for query in queries) == 2
    assert Observation.objects.count() == 4 * 31 * 24


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("options", "is_shown"), [([], True), (["--no-progress"], False)])
def test_a_terminal_gets_a_bar_unless_it_declines(
    monkeypatch: pytest.MonkeyPatch, options: list[str], is_shown: bool
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    run(WIDE, *options)
    assert ("Importing" in terminal.getvalue()) is is_shown


def test_whole_hours_of_a_half_hour_time_zone_are_kept_as_the_hour_they_fall_in(tmp_path: Path) -> None:
    file = tmp_path / "delhi.csv"
    file.write_text("location_id,time_utc,pm25\nembassy,2016-11-04T18:30:00Z,512\nembassy,2016-11-04T19:30:00Z,530\n")
    assert "2 new" in run(file)
    hours = Observation.objects.order_by("observed_at").values_list("observed_at", flat=True)
    assert [hour.isoformat() for hour in hours] == ["2016-11-04T18:00:00+00:00", "2016-11-04T19:00:00+00:00"]


def test_a_nul_character_stops_the_file(tmp_path: Path) -> None:
    assert "NUL" in refused(write(tmp_path, "location_id,time_utc,pm25\nsta\0tion,2016-11-04T18:00:00Z,512\n"))
    assert not Location.objects.exists()


SENSORS = "sensor_index,time_stamp,pm2.5_cf_1_a,pm2.5_cf_1_b,humidity\n"


def test_two_sensors_of_one_device_are_their_mean_where_they_agree_and_flagged_where_not(tmp_path: Path) -> None:
    pairs = ["20,22", "20,90", "3,7", "20,", ",", "-999,nan"]
    rows = [f"131,2024-03-01T{hour:02}:00:00Z,{pair},40\n" for hour, pair in enumerate(pairs)]
    text = run(write(tmp_path, SENSORS + "".join(rows)))
    kept = Observation.objects.order_by("observed_at").values_list("parameter", "original_value", "flags")
    assert list(kept) == [
        ("pm25", 21, None),
        ("pm25", 55, Flag.CHANNELS),
        ("pm25", 5, None),
        ("pm25", 20, Flag.CHANNELS),
    ]
    assert "Rows read: 6; empty cells: 1." in text
    assert "Rejected: 1 values, stands for no value." in text
    assert "Flagged: 2 values, channels: the two sensors of the device disagree, or one of them is silent." in text
    assert "Skipped columns: humidity." in text
    assert "0 new, 4 already there" in run(tmp_path / "file.csv")


def test_what_two_sensors_disagree_about_stays_doubted_when_the_hours_are_judged_again(tmp_path: Path) -> None:
    rows = [f"a,2024-03-01T{hour:02}:00:00Z,10,{90 if hour == 3 else 11},7\n" for hour in range(6)]
    run(write(tmp_path, "location_id,time_utc,pm25_a,pm25_b,pm10\n" + "".join(rows)))
    call_command("judge_observations")
    doubted = Observation.objects.exclude(flags=None)
    assert list(doubted.values_list("parameter", "observed_at__hour", "flags")) == [("pm25", 3, Flag.CHANNELS)]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ("pm25,pm25_a,pm25_b", "two columns for one parameter"),
        ("pm2.5_cf_1_a,pm2.5_cf_1_b,pm2.5_atm_a,pm2.5_atm_b", "two columns for one parameter"),
        ("pm25_a", "this header cannot be read"),
    ],
)
def test_sensors_that_cannot_be_told_apart_or_stand_alone_are_refused(
    tmp_path: Path, columns: str, message: str
) -> None:
    cells = ",".join("7" for _ in columns.split(","))
    assert message in refused(write(tmp_path, f"location_id,time_utc,{columns}\na,2024-03-01T00:00:00Z,{cells}\n"))


def test_a_second_run_with_terms_sets_those_of_the_source_and_without_any_it_leaves_them() -> None:
    terms = ["--licence", "CC BY 4.0", "--attribution", "City of Hamburg"]
    port = place()
    run(WIDE, "--location", "port", "--site", "harbour")
    told = run(WIDE, "--location", "port", "--site", "harbour", *terms)
    assert "port: terms set to CC BY 4.0, City of Hamburg." in told
    assert "terms set" not in run(WIDE, "--location", "port", "--site", "harbour")
    source = port.sources.get()
    assert (source.licence, source.attribution) == ("CC BY 4.0", "City of Hamburg")


def test_missing_terms_are_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place()
    file = write(tmp_path, f"{HEADER}harbour,2024-03-01T00:00Z,12\n")
    run(file, "--location", "port")
    assert "Warning: port shows these values without licence or attribution." in capsys.readouterr().err
    run(file, "--location", "port", "--licence", "CC0 1.0")
    assert "port shows these values without attribution." in capsys.readouterr().err
    run(file, "--location", "port", "--attribution", "City of Hamburg")
    assert capsys.readouterr().err == ""


def test_what_was_imported_is_due_at_once() -> None:
    later = datetime(2100, 1, 1, tzinfo=UTC)
    Location.objects.filter(pk=place().pk).update(due_at=later)
    run(WIDE, "--location", "port", "--site", "harbour")
    assert Location.objects.get().due_at < later
