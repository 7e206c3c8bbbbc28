import pytest

from tests.benchmarks.fuzz_providers import PARSERS, run


@pytest.mark.parametrize("parser", PARSERS)
def test_a_mutated_answer_is_sound_or_the_one_error(parser: str) -> None:
    assert run(parser, 100) >= 100
