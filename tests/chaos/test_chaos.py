"""A short run of each fault: what must hold however slow the machine is. `make chaos` measures the seconds as well."""

from collections.abc import Iterator

import pytest

from tests.chaos.fault import SHORT, Fault
from tests.chaos.faults import FAULTS, LAST
from tests.chaos.site import SERVERS, Site, running

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]


@pytest.fixture(scope="module", params=SERVERS)
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    with running(request.param) as one:
        yield one


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in LAST], ids=lambda fault: fault.name)
async def test_the_server_holds(site: Site, fault: Fault) -> None:
    outcome = await fault.cause(site, SHORT)
    assert outcome.is_sound, outcome.measured
