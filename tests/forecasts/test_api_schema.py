import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client


@pytest.fixture
def schema(client: Client, db: None) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(client.get("/api/openapi.yaml").content)
    return loaded


def test_the_schema_is_valid_and_complete(tmp_path: Path) -> None:
    out = StringIO()
    path = str(tmp_path / "schema.yaml")
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", path, stdout=out, stderr=out)
    assert out.getvalue() == ""


def test_the_schema_has_every_address_of_the_interface(schema: dict[str, Any]) -> None:
    assert sorted(schema["paths"]) == [
        "/api/v1/",
        "/api/v1/cities/",
        "/api/v1/locations/",
        "/api/v1/locations/{location}/",
        "/api/v1/locations/{location}/current/",
        "/api/v1/locations/{location}/explain/",
        "/api/v1/locations/{location}/forecast/",
        "/api/v1/locations/{location}/history/",
        "/api/v1/locations/{location}/skill/",
        "/api/v1/locations/{location}/sources/",
        "/api/v1/locations/{location}/waqi/",
        "/api/v1/scales/",
        "/api/v1/scales/{scale}/",
        "/api/v1/skill/",
        "/api/v1/token/",
        "/api/v1/token/logout/",
        "/api/v1/token/refresh/",
    ]


def test_the_schema_names_every_parameter_and_problem(schema: dict[str, Any]) -> None:
    locations = schema["paths"]["/api/v1/locations/"]["get"]
    history = schema["paths"]["/api/v1/locations/{location}/history/"]["get"]
    assert {each["name"] for each in locations["parameters"]} >= {"search", "near", "bbox", "cursor", "page_size"}
    assert {each["name"] for each in history["parameters"]} >= {"location", "from", "to", "parameter", "resolution"}
    assert set(history["responses"]["200"]["content"]) == {"application/json", "text/csv"}
    assert set(history["responses"]["404"]["content"]) == {"application/problem+json"}


def test_the_schema_is_at_both_of_its_addresses(client: Client, db: None) -> None:
    assert client.get("/api/schema/").content == client.get("/api/openapi.yaml").content


def test_the_documentation_needs_no_other_server(client: Client, db: None) -> None:
    page = client.get("/api/docs/").content.decode()
    resources = re.findall(r"""(?:src|href)=["']([^"']+)""", page)
    assert len(resources) >= 3
    assert not re.search(r"""["'(]\s*(https?:)?//[\w]""", page)
    for resource in resources:
        answer = client.get(resource)
        assert answer.status_code == 200, resource
        answer.close()


def test_the_root_leads_on(client: Client, db: None) -> None:
    links = client.get("/api/v1/").json()
    assert {client.get(url).status_code for name, url in links.items() if name != "cities"} == {200}
