from collections.abc import Iterator

import pytest
from django.core.cache import cache
from hypothesis import settings

from forecasts import gazetteer, snapshots

# How long an example takes says more of the machine than of the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """What a process remembers of the database must not outlive the test that wrote it."""
    yield
    gazetteer.forget()
    snapshots.forget()
    cache.clear()
