import io

import pytest
from django.core.management import CommandError, call_command

from forecasts.models import Observation, Source
from forecasts.quality import Flag

from .api_rows import HOUR, observe, place, this_hour

pytestmark = pytest.mark.django_db


def judge(*options: str) -> str:
    out = io.StringIO()
    call_command("judge_observations", *options, stdout=out)
    return out.getvalue()


def stuck_at(slug: str) -> Source:
    source = Source.objects.create(location=place(slug, slug.title(), 53.5, 10.0), provider="files", name="Quay")
    observe(source, [this_hour() - hour * HOUR for hour in range(13)], 33.0)
    return source


def test_what_was_stored_before_there_was_a_judge_is_judged() -> None:
    port, _ = stuck_at("port"), stuck_at("pier")
    assert judge("--location", "port") == "port, Quay: 13 verdicts changed.\n"
    assert set(Observation.objects.filter(source=port).values_list("flags", flat=True)) == {Flag.STUCK}
    assert judge() == "port, Quay: 0 verdicts changed.\npier, Quay: 13 verdicts changed.\n"


def test_a_verdict_of_an_earlier_version_is_taken_back() -> None:
    source = Source.objects.create(location=place("port", "Port", 53.5, 10.0), provider="files")
    observe(source, [this_hour()], 33.0)
    source.observations.update(flags=Flag.SPIKE)
    judge()
    assert source.observations.get().flags is None


def test_a_model_and_a_source_without_observations_are_left_alone() -> None:
    port = place("port", "Port", 53.5, 10.0)
    cams = Source.objects.create(location=port, provider="open_meteo", name="CAMS")
    Source.objects.create(location=port, provider="files", name="Empty")
    observe(cams, [this_hour() - hour * HOUR for hour in range(30)], 33.0)
    assert judge() == "port, CAMS: 0 verdicts changed.\n"


def test_an_unknown_location_is_an_error() -> None:
    with pytest.raises(CommandError, match="Atlantis"):
        judge("--location", "Atlantis")
