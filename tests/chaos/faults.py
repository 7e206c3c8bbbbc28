"""All that is done to the server; whoever adds a fault adds it here."""

from tests.chaos.conformance import CONFORMANCE
from tests.chaos.descriptors import DESCRIPTORS_EXHAUSTED
from tests.chaos.fuzz import FUZZ
from tests.chaos.hostile import HOSTILE, SILENT
from tests.chaos.outages import OUTAGES
from tests.chaos.proxy import PROXY
from tests.chaos.stopped import STOPPED
from tests.chaos.tokens import TOKENS

LAST = [SILENT, PROXY]  # they take long and disturb nobody
FAULTS = [*CONFORMANCE, FUZZ, TOKENS, *HOSTILE, DESCRIPTORS_EXHAUSTED, STOPPED, *OUTAGES, *LAST]
