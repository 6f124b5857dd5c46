"""Priority at signals as the settings and the register have it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping

from bongsu.city import City
from bongsu.core.clock import Clocks
from bongsu.core.ledger import LedgerRow
from bongsu.core.revision import RecordKind, Revision
from bongsu.core.signal import Crossing, Signal
from bongsu.desk.board import Board
from bongsu.desk.priority import Terms
from bongsu.gateways.signals import Controllers
from bongsu.settings import Secrets, Settings
from bongsu.signalling.crossings import crossings_of, served
from bongsu.signalling.run import Signalling
from bongsu.signalling.station import Means
from bongsu.web.meters import Meters
from bongsu.web.plans import Plans

Records = Mapping[tuple[RecordKind, str], Revision]


def signalling_of(
    settings: Settings,
    secrets: Secrets,
    board: Board,
    plans: Plans,
    city: Callable[[], City],
    note: Callable[[LedgerRow], Awaitable[int]],
    meters: Meters,
    clocks: Clocks,
) -> Signalling:
    """The part that asks; one that asks nothing where `[signals]` is not enabled."""
    terms = settings.signals
    if not terms.enabled:
        return Signalling(None, dict, tuple)
    means = Means(
        Controllers(terms.networks, key=secrets.signals, timeout_s=terms.timeout_s, monotonic=clocks.monotonic),
        city=settings.city.code,
        note=note,
        now=clocks.now,
        terms=Terms(ahead_ms=_ms(terms.ahead_s), lease_ms=_ms(terms.lease_s), sooner_ms=_ms(terms.sooner_s)),
        took=meters.signal_answered,
    )

    def crossings() -> Iterable[Crossing]:
        ways = served(plans.ways.values(), board.incidents, exercises=terms.exercises)
        return crossings_of(ways, signals_of(board.records), city().units)

    return Signalling(means, lambda: signals_of(board.records), crossings)


def signals_of(records: Records) -> dict[str, Signal]:
    """The register as it stands: every signal that is not retired, by its id."""
    return {
        name: record.body
        for (kind, name), record in records.items()
        if kind is RecordKind.SIGNAL and isinstance(record.body, Signal)
    }


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
