"""What the live client believes of the messages is what the server says; `AQI_WRITE_FIXTURES=1` writes it anew."""

from pathlib import Path

from tests import typescript
from tests.golden import IS_WRITING

TYPES = Path(__file__).parent.parent / "dashboard/src/client/types.ts"


def test_the_types_of_the_live_client_are_those_of_the_protocol_and_the_snapshot() -> None:
    if IS_WRITING:
        TYPES.write_text(typescript.module(), encoding="utf-8")
    assert TYPES.read_text(encoding="utf-8") == typescript.module()
