"""What the web needs of the platform; `app` fills it in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bongsu.access.identity import Chance, Identity
from bongsu.access.permit import Policy
from bongsu.core.asking import ListSpots, Question, SpotNews
from bongsu.core.clock import Now
from bongsu.core.command import Command
from bongsu.core.entry import Entry
from bongsu.core.health import Vitals
from bongsu.core.ledger import LedgerRow, Sealed
from bongsu.core.processes import Seat
from bongsu.core.recording import Recorded
from bongsu.core.request import Ask, Outgoing
from bongsu.core.revision import RecordKind, Revision
from bongsu.gateways.parked_cars import Authority
from bongsu.helm import Helm
from bongsu.settings import Settings
from bongsu.web.codes import Codes
from bongsu.web.junctions import SignalShown
from bongsu.web.lag import Lag
from bongsu.web.live import LiveBoard
from bongsu.web.loads import Loads
from bongsu.web.meters import Meters
from bongsu.web.needs import Incidents, Releases, Streets
from bongsu.web.plans import Plans
from bongsu.web.searches import Searches
from bongsu.web.unmaskings import Unmaskings
from bongsu.web.watches import Watches

Swap = Callable[[str, bytes, LedgerRow], Awaitable[tuple[int, dict[str, int]]]]
"""Replaces a layer of assets by its body, with the ledger row; its version, and of cameras how many keep pictures
beyond their terms. Raises NotFound, Invalid, all untouched."""

ShowDevices = Callable[[ListSpots, Callable[[SpotNews | None], None]], Callable[[], None]]
"""Has devices told as they change, until what it returns is called; None is told while telemetry is away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Everything behind the doors. `hold` and `drop` tell video what may play; they do not wait.

    `seats` are the video processes. `ask_telemetry` gives an answer as JSON; it raises Unavailable("telemetry.away"),
    or what telemetry says is wrong.
    """

    settings: Settings
    now: Now
    chance: Chance
    city: Callable[[], Streets]
    board: Callable[[], Incidents]
    order: Callable[[Command], Awaitable[Entry]]
    history: Callable[[RecordKind, str], Awaitable[list[Revision]]]
    note: Callable[[LedgerRow], Awaitable[int]]
    ledger_rows: Callable[[int | None, int], Awaitable[list[Sealed]]]
    outbox: Callable[[], Awaitable[list[Outgoing]]]
    asked: Callable[[str, Ask], Awaitable[list[Outgoing]]]
    retry: Callable[[str, LedgerRow], Awaitable[bool]]
    identity: Identity
    policy: Policy
    lease_key: Ed25519PrivateKey
    hold: Callable[[str, int | None], None]
    drop: Callable[[str], None]
    seats: Callable[[], tuple[Seat, ...]]
    parts: Callable[[], Mapping[str, str]]
    swap: Swap
    releases: Releases
    codes: Codes
    unmaskings: Unmaskings
    live: LiveBoard
    lag: Lag
    meters: Meters
    helm: Helm
    vitals: Mapping[str, Vitals]
    loads: Loads
    plans: Plans
    searches: Searches
    watches: Watches
    recorded: Callable[[str, int, int], Awaitable[Recorded]]
    ask_telemetry: Callable[[Question], Awaitable[bytes]]
    show_devices: ShowDevices
    figures: Callable[[], Mapping[str, float]]
    parked_cars: Authority | None
    signals: Callable[[], tuple[SignalShown, ...]]
    run_token: str
    basemap: Path
    console: Path
