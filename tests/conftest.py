from collections.abc import Iterator

import pytest
from django.core.cache import cache

from forecasts import gazetteer, snapshots


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """What a process remembers of the database must not outlive the test that wrote it."""
    yield
    gazetteer.forget()
    snapshots.forget()
    cache.clear()
