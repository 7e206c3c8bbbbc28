"""Whatever an operator or a client can use is documented, and what is documented exists."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import BaseCommand, load_command_class
from django.urls import URLPattern, URLResolver, get_resolver

from aqiproject import asgi
from realtime import protocol, routing
from tests.golden import FOLDER, IS_WRITING, MESSAGES, message, pretty

ROOT = Path(__file__).parent.parent
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
WEBSOCKET = ROOT / "docs/reference/websocket-api.md"
READERS_OF_VARIABLES = {"str", "int", "list", "db_url", "whole", "matching", "switch"}

FIXTURE = re.compile(r"<!-- fixture: (\w+) -->\n+```json\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)\s]+)\)")
ROW = re.compile(r"^\| `([A-Z_]+)` \| ([^|]*) \|", re.MULTILINE)
SECTION = re.compile(r"^## `manage\.py (\w+)[^`]*`\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def variables() -> dict[str, Any]:
    """What settings.py reads from the environment, and the default where it is written out."""
    found = {}
    for call in ast.walk(ast.parse(text_of("aqiproject/settings.py"))):
        if isinstance(call, ast.Call) and called(call) in READERS_OF_VARIABLES and is_text(call.args[:1]):
            defaults = call.args[1:] + [keyword.value for keyword in call.keywords if keyword.arg == "default"]
            name: Any = call.args[0]
            found[name.value] = defaults[0].value if defaults and isinstance(defaults[0], ast.Constant) else ...
    return found


def called(call: ast.Call) -> str:
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def is_text(arguments: list[ast.expr]) -> bool:
    return any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in arguments)


def shown(default: object) -> str:
    if isinstance(default, bool):
        return "`on`" if default else "`off`"
    return "empty" if default == "" else f"`{default}`"


def test_every_setting_is_documented_and_no_other() -> None:
    rows = ROW.findall(text_of("docs/reference/settings.md"))
    assert sorted(name for name, _ in rows) == sorted(variables())


def test_the_documented_defaults_are_those_of_the_code() -> None:
    rows = dict(ROW.findall(text_of("docs/reference/settings.md")))
    known = {name: default for name, default in variables().items() if default is not ... and name != "SECRET_KEY"}
    assert {name: rows[name] for name in known} == {name: shown(default) for name, default in known.items()}


def test_the_example_environment_names_every_setting_and_no_other() -> None:
    names = re.findall(r"^(?:# )?([A-Z_]+)=", text_of(".env.example"), re.MULTILINE)
    assert sorted(names) == sorted(variables())


def routes(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    for pattern in patterns:
        path = prefix + in_braces(str(pattern.pattern))
        if isinstance(pattern, URLResolver) and path != "/admin/":
            yield from routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern | URLResolver):
            yield path


def in_braces(pattern: str) -> str:
    """`<str:name>` and `(?P<name>…)` as `{name}`."""
    plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", pattern.removeprefix("^").removesuffix("$").removesuffix("/?"))
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", plain)


@pytest.mark.parametrize("route", sorted(set(routes(get_resolver().url_patterns))))
def test_every_route_is_documented(route: str) -> None:
    assert f"\n| `{route}`" in text_of("docs/reference/http-api.md")


@pytest.mark.parametrize("route", [path for path in routes(asgi.http_routes) if path != "/"])
def test_every_stream_is_documented(route: str) -> None:
    assert f"\n| `{route}`" in text_of("docs/reference/http-api.md")


@pytest.mark.parametrize("route", [path for path in routes(routing.routes) if path != "/"])
def test_every_socket_is_documented(route: str) -> None:
    assert f"`{route}`" in WEBSOCKET.read_text(encoding="utf-8")


def commands() -> dict[str, BaseCommand]:
    files = ROOT.glob("*/management/commands/[!_]*.py")
    return {file.stem: load_command_class(file.parts[-4], file.stem) for file in files}


def own_options(command: BaseCommand) -> set[str]:
    """Those that the command adds itself: neither Django's, nor those of a command that it extends."""
    if "add_arguments" not in vars(type(command)):
        return set()
    django = set(BaseCommand().create_parser("manage.py", "")._option_string_actions)
    return set(command.create_parser("manage.py", "")._option_string_actions) - django


@pytest.mark.parametrize(("name", "command"), sorted(commands().items()))
def test_every_command_is_documented_with_its_options(name: str, command: BaseCommand) -> None:
    sections = dict(SECTION.findall(text_of("docs/reference/commands.md")))
    documented = set(re.findall(r"^\| `(--[\w-]+)", sections[name], re.MULTILINE))
    assert documented == own_options(command)


@pytest.mark.parametrize("kind", [*protocol.SERVER_MESSAGES, *protocol.CLIENT_MESSAGES])
def test_every_message_is_documented_with_its_fields(kind: Any) -> None:
    page = WEBSOCKET.read_text(encoding="utf-8")
    wanted = [str(kind.__struct_config__.tag), *kind.__struct_fields__]
    assert [name for name in wanted if f"`{name}`" not in page] == []


@pytest.mark.parametrize("code", [*protocol.ErrorCode, *protocol.CloseCode])
def test_every_code_is_documented(code: Any) -> None:
    assert f"| `{code.value}` |" in WEBSOCKET.read_text(encoding="utf-8")


def names_in(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(names_in, value))
    return set(value).union(*map(names_in, value.values())) if isinstance(value, dict) else set()


def test_every_part_of_a_snapshot_is_explained() -> None:
    page = WEBSOCKET.read_text(encoding="utf-8")
    snapshot = json.loads((FOLDER / "snapshot.json").read_text(encoding="utf-8"))
    assert [name for name in sorted(names_in(snapshot)) if f"`{name}`" not in page] == []


def test_the_examples_of_messages_are_the_fixtures() -> None:
    page = WEBSOCKET.read_text(encoding="utf-8")
    if IS_WRITING:
        page = FIXTURE.sub(lambda found: found[0].replace(found[2], pretty(message(found[1])) + "\n"), page)
        WEBSOCKET.write_text(page, encoding="utf-8")
    for name, example in FIXTURE.findall(page):
        assert json.loads(example) == message(name), name


def test_every_message_fixture_is_an_example_in_the_documentation() -> None:
    page = WEBSOCKET.read_text(encoding="utf-8")
    assert sorted(name for name, _ in FIXTURE.findall(page)) == sorted(file.stem for file in MESSAGES.iterdir())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    assert [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not leads_somewhere(page, link)] == []


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    return target.exists() and (not anchor or anchor in anchors(target.read_text(encoding="utf-8")))


def anchors(text: str) -> set[str]:
    """The headings, as the common renderers of Markdown name them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_python_examples_can_be_compiled(page: Path) -> None:
    for example in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        compile(example, str(page), "exec")
