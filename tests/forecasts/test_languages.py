import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient, Client

from forecasts.api.serializers import STATUSES
from forecasts.aqi import SCALES, STORED_PARAMETERS, Scale
from forecasts.aqi.advice import GROUPS, STEPS, TEXTS, Step

from .api_rows import place

ADDRESS = "/api/v1/scales/"
CATALOGUE = Path(__file__).parents[2] / "forecasts/locale/hi/LC_MESSAGES/django.po"
DEVANAGARI = re.compile(r"[\u0900-\u097f]")
NAMES = re.compile(r"PM(2\.5|10|1)|N95|FFP2")  # that are the same in every language
SEVERITY = list(Step)


def read(client: Client, language: str, scale: str = "") -> dict[str, Any]:
    answer = client.get(ADDRESS + scale, headers={"accept-language": language})
    assert (answer.status_code, answer["Content-Language"]) == (200, language)
    assert "Accept-Language" in answer["Vary"]
    body: dict[str, Any] = answer.json()
    assert body["language"] == language
    return body


def words(answer: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Where each text stands that readers see, and the text."""
    for part in ("statuses", "pollutants", "groups"):
        for name, text in answer[part].items():
            yield f"{part}.{name}", text
    for scale in answer["scales"]:
        for category in scale["categories"]:
            where = f"{scale['id']}.{category['id']}"
            yield where, category["label"]
            yield f"{where}.advice", category["advice"]["text"]
            for group, text in category["advice"]["groups"].items():
                yield f"{where}.{group}", text


def test_every_word_of_every_scale_category_and_group_is_there_in_english_and_in_hindi(client: Client) -> None:
    english, hindi = dict(words(read(client, "en"))), dict(words(read(client, "hi")))
    count = sum(len(scale.categories) for scale in SCALES.values())
    assert len(english) > count * (len(GROUPS) + 2)
    assert english.keys() == hindi.keys()
    assert [where for where, text in english.items() if not text or DEVANAGARI.search(text)] == []
    assert [where for where, text in hindi.items() if not DEVANAGARI.search(text)] == []
    assert [text for text in hindi.values() if re.search("[A-Za-z]", NAMES.sub("", text))] == []


def test_whatever_a_snapshot_may_name_has_a_word(client: Client) -> None:
    answer = read(client, "hi")
    assert answer["statuses"].keys() == set(STATUSES)
    measured = {parameter for scale in SCALES.values() for parameter in scale.pollutants}
    assert answer["pollutants"].keys() == {*STORED_PARAMETERS, *measured}
    assert answer["languages"] == ["en", "hi"]


def test_one_scale_is_a_short_answer_and_an_unknown_one_an_error_in_the_readers_language(client: Client) -> None:
    answer = read(client, "hi", "in_naqi_2014/")
    assert [scale["id"] for scale in answer["scales"]] == ["in_naqi_2014"]
    poor = answer["scales"][0]["categories"][3]
    assert (poor["id"], poor["label"], poor["lowest"], poor["color"]) == ("poor", "ख़राब", 201, "#FF9900")
    assert poor["advice"]["steps"]["children"] == "avoid_effort"
    refused = client.get(ADDRESS + "mars/", headers={"accept-language": "hi"})
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert "पैमाना" in refused.json()["detail"]
    assert "us_epa_2024" in refused.json()["detail"]


def test_who_has_the_words_already_gets_no_body(client: Client) -> None:
    etag = client.get(ADDRESS, headers={"accept-language": "hi"})["ETag"]
    known = {"accept-language": "hi", "if-none-match": etag}
    assert client.get(ADDRESS, headers=known).status_code == 304
    assert client.get(ADDRESS, headers={**known, "accept-language": "en"}).status_code == 200


@pytest.mark.parametrize("language", ["hi-IN,hi;q=0.9,en;q=0.8", "HI", "fr,hi;q=0.5"])
def test_a_browsers_wishes_are_understood(client: Client, language: str) -> None:
    assert client.get(ADDRESS, headers={"accept-language": language}).json()["language"] == "hi"


@pytest.mark.parametrize("language", ["", "xx", "*", "en-GB", "fr;q=hi", "hi" * 5000])
def test_any_other_wish_gets_english(client: Client, language: str) -> None:
    assert client.get(ADDRESS, headers={"accept-language": language}).json()["language"] == "en"


@pytest.mark.django_db
def test_an_error_about_a_location_speaks_the_readers_language(client: Client) -> None:
    place("delhi", "Delhi", 28.6, 77.2)
    answer = client.get("/api/v1/locations/dehli/current/", headers={"accept-language": "hi"})
    assert answer.json()["detail"] == '"dehli" नाम का कोई स्थान नहीं है। क्या आपका मतलब delhi था?'
    assert (answer.json()["code"], answer["Content-Language"]) == ("unknown_location", "hi")
    assert 'No location is called "dehli"' in client.get("/api/v1/locations/dehli/current/").json()["detail"]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["0,200", "91N,0E", "1N 2S", "-1S,2E", "1N2", "1,1", "x" * 201])
def test_every_reason_why_a_location_is_none_is_said_in_hindi(client: Client, text: str) -> None:
    answer = client.get(f"/api/v1/locations/{text}/", headers={"accept-language": "hi"})
    assert DEVANAGARI.search(answer.json()["detail"])


@pytest.mark.django_db(transaction=True)
async def test_a_snapshot_is_the_same_for_all_languages_and_caches_need_not_tell_them_apart(
    async_client: AsyncClient,
) -> None:
    await sync_to_async(place)("delhi", "Delhi", 28.6, 77.2)
    answers = [
        await async_client.get("/api/v1/locations/delhi/current/", headers={"accept-language": language})
        for language in ("en", "hi")
    ]
    assert answers[0].content == answers[1].content
    assert all("Accept-Language" not in answer.get("Vary", "") for answer in answers)


@pytest.mark.parametrize("scale", SCALES.values(), ids=lambda scale: scale.id)
def test_worse_air_never_asks_less_of_anybody_and_never_less_of_the_ill_than_of_all(scale: Scale) -> None:
    for group in GROUPS:
        steps = [SEVERITY.index(category.steps[group]) for category in scale.categories]
        assert steps == sorted(steps), group
        everybody = [SEVERITY.index(category.steps["general"]) for category in scale.categories]
        assert all(one >= other for one, other in zip(steps, everybody, strict=True)), group
    assert set(scale.advised_groups) < set(GROUPS)


def test_each_group_has_words_of_its_own_for_each_step() -> None:
    texts = [text for by_step in TEXTS.values() for text in by_step.values()]
    assert len(set(texts)) == len(texts) == len(GROUPS) * len(STEPS)


def entries(catalogue: str) -> dict[str, str]:
    found = re.findall(r'^msgid ((?:".*"\s*)+)\nmsgstr ((?:".*"\s*)+)', catalogue, re.MULTILINE)
    return {spoken(original): spoken(translation) for original, translation in found}


def spoken(quoted: str) -> str:
    return "".join(ast.literal_eval(line) for line in quoted.splitlines() if line)


def test_the_compiled_catalogue_is_that_of_the_text_beside_it() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # there is no other way to list
    assert compiled == entries(CATALOGUE.read_text(encoding="utf-8"))


def test_the_catalogue_has_no_word_that_nobody_says() -> None:
    files = (file for file in CATALOGUE.parents[3].rglob("*.py") if "migrations" not in file.parts)
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    said = {node.value for node in nodes if isinstance(node, ast.Constant)}
    assert entries(CATALOGUE.read_text(encoding="utf-8")).keys() - said == {""} - said
