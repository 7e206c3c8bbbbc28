"""The files under docs/operations, the Dockerfile and compose.yaml agree with the program that they run."""

import json
import re
import shlex
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands, load_command_class
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from realtime.metrics import database_figures
from tests.realtime.conftest import place
from tests.realtime.test_metrics import show
from tests.test_docs import variables

ROOT = Path(__file__).parent.parent
OPERATIONS = ROOT / "docs/operations"
UNITS = sorted(OPERATIONS.glob("systemd/*.service"))
OF_PROMETHEUS_ITSELF = {"up"}
METRIC = re.compile(r"\b(?:aqi|process)_[a-z_]+|\bup\b")


def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def is_command(arguments: list[str]) -> bool:
    """Whether `manage.py` understands these arguments."""
    command = load_command_class(get_commands()[arguments[0]], arguments[0])
    command.create_parser("manage.py", arguments[0]).parse_args(arguments[1:])
    return True


def keys(value: Any) -> list[str]:
    return [] if not isinstance(value, dict) else [*value, *(key for one in value.values() for key in keys(one))]


# Prometheus and Grafana


@pytest.fixture
def exposed(db: None, client: Client) -> set[str]:
    """The name of every sample of a server that has something to say of everything."""
    database_figures.forget()
    location = place("place", "Place", 0, 0)
    location.sources.update(last_success_at="2026-01-15T09:30:00Z")
    show(location, "live", location.due_at)
    location.refresh_from_db()
    from_now = client.get("/metrics").content.decode()
    database_figures.forget()
    return {sample.name for family in text_string_to_metric_families(from_now) for sample in family.samples}


def alerts() -> list[dict[str, Any]]:
    return [
        rule for group in yaml.safe_load(text_of("docs/operations/alerts.yaml"))["groups"] for rule in group["rules"]
    ]


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text_of("docs/operations/grafana-dashboard.json"))
    return found


def expressions() -> list[str]:
    panels = [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]
    return panels + [rule["expr"] for rule in alerts()]


def test_alerts_and_panels_ask_only_for_what_the_server_exposes(exposed: set[str]) -> None:
    asked = {name for expression in expressions() for name in METRIC.findall(expression)} - OF_PROMETHEUS_ITSELF
    assert len(asked) > 10
    assert asked - exposed == {"aqi_beat_silence_seconds"} & asked  # exposed as soon as a beat was ever seen


def test_the_guide_explains_every_figure_of_ours(exposed: set[str]) -> None:
    guide = text_of("docs/operations/guide.md")
    names = {re.sub("_(bucket|sum|count|created)$", "", name) for name in exposed if name.startswith("aqi_")}
    names -= {"aqi_conflations", "aqi_drops"}  # explained with their ending, which is the figure itself
    assert [name for name in sorted(names) if f"`{name}`" not in guide] == []


def test_expressions_close_what_they_open() -> None:
    for expression in expressions():
        for opening, closing in ("()", "{}", "[]"):
            assert expression.count(opening) == expression.count(closing), expression


def test_every_alert_says_what_happened_and_what_to_do() -> None:
    assert len({rule["alert"] for rule in alerts()}) == len(alerts())
    for rule in alerts():
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert set(rule["annotations"]) == {"summary", "action"}


def test_prometheus_reads_the_rules_that_there_are_under_the_name_that_they_use() -> None:
    settings = yaml.safe_load(text_of("docs/operations/prometheus.yaml"))
    assert [file for file in settings["rule_files"] if not (OPERATIONS / file).exists()] == []
    assert [job["job_name"] for job in settings["scrape_configs"]] == ["aqi"]
    assert [one for one in expressions() if 'job="aqi"' not in one and "aqi" in one] == []


def test_panels_stand_side_by_side_and_have_their_own_id() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in dashboard()["panels"]]
    assert len(set(places)) == len(places) == len({panel["id"] for panel in dashboard()["panels"]})


# systemd


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_a_unit_runs_a_command_that_there_is(file: Path) -> None:
    unit = ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(file, encoding="utf-8")
    assert unit.sections() == ["Unit", "Service", "Install"]
    assert unit["Service"]["Restart"] == "always"
    _, program, *arguments = shlex.split(unit["Service"]["ExecStart"].replace("%i", "1"))
    assert program == "manage.py"
    assert is_command(arguments)


def test_there_is_a_unit_for_servers_and_one_for_beats() -> None:
    assert [file.name for file in UNITS] == ["aqi-beat@.service", "aqi-server@.service"]


# Containers


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text_of("compose.yaml"))
    return found


def test_compose_has_everything_that_a_site_needs() -> None:
    assert set(compose()["services"]) == {"migrate", "server", "beat", "caddy", "postgresql", "redis"}


def test_services_of_ours_run_commands_that_there_are() -> None:
    for name in ("migrate", "server", "beat"):
        assert is_command(compose()["services"][name]["command"])


def test_compose_sets_only_settings_that_there_are() -> None:
    for name in compose()["services"]["server"]["environment"]:
        assert name.removesuffix("_FILE") in variables()


def test_what_services_name_exists() -> None:
    services = compose()["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        assert set(service.get("secrets", [])) <= set(compose()["secrets"])
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in compose()["volumes"]
    waited_for = {
        name
        for one in services.values()
        for name, how in one.get("depends_on", {}).items()
        if "healthy" in how["condition"]
    }
    assert [name for name in waited_for if "healthcheck" not in services[name]] == []


def test_no_secret_is_written_into_the_files() -> None:
    assert [
        key
        for key in keys(compose())
        if re.search("PASSWORD|SECRET|TOKEN|DATABASE_URL", key) and not key.endswith("_FILE")
    ] == []


def dockerfile() -> list[list[str]]:
    lines = text_of("Dockerfile").replace("\\\n", " ").splitlines()
    return [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]


def test_the_image_copies_what_there_is_and_leaves_nothing_out() -> None:
    copied = {rest.split()[0] for word, rest in dockerfile() if word == "COPY" and not rest.startswith("--from")}
    assert copied == {"requirements.txt", "manage.py", "aqiproject", "dashboard", "forecasts", "realtime"}
    assert [name for name in copied if f"!{name}" not in text_of(".dockerignore").splitlines()] == []


def test_the_image_starts_a_command_that_there_is_and_not_as_root() -> None:
    words = dict(dockerfile())
    assert json.loads(words["ENTRYPOINT"]) == ["python", "manage.py"]
    assert is_command(json.loads(words["CMD"]))
    assert words["USER"] != "root"
    assert words["STOPSIGNAL"] == "SIGTERM"


def test_caddy_hides_what_is_for_operators_and_passes_on_the_rest() -> None:
    text = text_of("docs/operations/Caddyfile")
    assert text.count("{") == text.count("}")
    assert "path /metrics /livez /readyz" in text
    assert "reverse_proxy {$SERVERS:server:8000}" in text
