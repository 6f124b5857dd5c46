"""The devices one screen shows: asked for by the screen, judged here, told by telemetry as they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from msgspec.structs import replace

from bongsu.access.permit import Action
from bongsu.core.asking import ListSpots, SpotNews
from bongsu.core.errors import Invalid, Refused
from bongsu.core.geo import Point, is_on_earth
from bongsu.core.person import Session
from bongsu.web.connection import Connection
from bongsu.web.platform import Platform
from bongsu.web.spots import Row, alarmed_of, devices_word, may_see_wards, row_of
from bongsu.web.telling import asker_of

AT_MOST = 500
LOOKS_A_REFRESH = 120
"""Looks (two a second) until all is asked for anew: nobody tells that a device fell silent."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True, tag_field="what", tag="show", forbid_unknown_fields=True):
    """A screen's word: devices in a box of the map (west, south, east, north), or these; neither: none any more."""

    box: tuple[float, float, float, float] | None = None
    devices: tuple[str, ...] = ()


_read = msgspec.json.Decoder(Wanted).decode


class Showing:
    """One screen's devices. What waits to be sent is at most one row a device, however slow the screen is."""

    def __init__(self, platform: Platform, session: Session, listener: Connection) -> None:
        self._platform, self._session, self._listener = platform, session, listener
        self._asked: ListSpots | None = None
        self._is_new = False
        self._looks = 0
        self._alarmed: frozenset[str] = frozenset()
        self._close: Callable[[], None] = _nothing
        self._told: dict[str, Row] = {}
        self._due: dict[str, Row] = {}
        self._gone: set[str] = set()
        self._whole = self._more = self._away = self._is_due = False
        listener.later, listener.look = self.take, self.look

    def want(self, text: str) -> None:
        """Obey a screen's word at the next look; any other word is nothing to us. Raises Invalid, Refused."""
        try:
            wanted = _read(text)
        except msgspec.MsgspecError:
            return
        asked = _question(wanted)
        if asked is not None and not self._may():
            raise Refused("route.refused")
        self._asked, self._is_new = asked, True

    def look(self, alarmed: Callable[[], frozenset[str]]) -> None:
        """Ask telemetry anew where the screen wants something else, or may see something else; call twice a second."""
        if self._asked is None:
            if self._is_new:
                self._is_new = False
                self.close()
            return
        self._looks += 1
        sites = alarmed()
        if self._is_new or sites != self._alarmed or self._looks >= LOOKS_A_REFRESH:
            self._open(self._asked, sites)

    def close(self) -> None:
        """The screen shows no devices any more."""
        self._close()
        self._close = _nothing
        self._told, self._due, self._gone, self._whole, self._is_due = {}, {}, set(), False, False

    def take(self) -> str | None:
        """What is to be sent now; None where that is nothing."""
        if not self._is_due:
            return None
        rows, gone, whole = list(self._due.values()), sorted(self._gone), self._whole
        self._due, self._gone, self._whole, self._is_due = {}, set(), False, False
        return devices_word(rows, gone, whole=whole, more=self._more, away=self._away)

    def _may(self) -> bool:
        return self._platform.policy.permits(asker_of(self._session), Action.SEE_DEVICES)

    def _open(self, asked: ListSpots, sites: frozenset[str]) -> None:
        self._close()
        self._is_new, self._looks, self._alarmed = False, 0, sites
        shown = tuple(sorted(sites)) if may_see_wards(self._platform, self._session) else ()
        self._close = self._platform.show_devices(replace(asked, sites=shown), self._hear)

    def _hear(self, news: SpotNews | None) -> None:
        """Telemetry's word; while it is away the screen shows nothing, and says so."""
        self._away = news is None
        if news is None:
            news = SpotNews(whole=True)
        now_ms = int(self._platform.now().timestamp() * 1000)
        rows = {spot.device: row_of(spot, self._alarmed, now_ms) for spot in news.spots}
        if news.whole:
            self._all(rows)
        else:
            self._some(rows, news.gone)
        self._is_due = bool(self._is_due or self._due or self._gone or self._whole or news.more != self._more)
        self._more = news.more
        self._listener.nudge()

    def _all(self, rows: dict[str, Row]) -> None:
        self._told, self._due, self._gone, self._whole = rows, dict(rows), set(), True

    def _some(self, rows: Mapping[str, Row], gone: tuple[str, ...]) -> None:
        """What looks as it did is not told: of a ward's device not even that it was heard."""
        changed = {name: row for name, row in rows.items() if self._told.get(name) != row}
        for name in gone:
            self._told.pop(name, None)
            self._due.pop(name, None)
        self._gone = (self._gone | set(gone)) - set(changed)
        self._told |= changed
        self._due |= changed


def alarmed_now(platform: Platform) -> Callable[[], frozenset[str]]:
    """The sites open cases are about, worked out once however many screens ask."""
    known: list[frozenset[str]] = []

    def find() -> frozenset[str]:
        if not known:
            known.append(alarmed_of(platform))
        return known[0]

    return find


def _question(wanted: Wanted) -> ListSpots | None:
    if wanted.box is None:
        names = wanted.devices[:AT_MOST]
        return ListSpots(devices=names, at_most=AT_MOST) if names else None
    west, south, east, north = wanted.box
    corners = Point(west, south), Point(east, north)
    if not all(map(is_on_earth, corners)) or west > east or south > north:
        raise Invalid("places.box", box=",".join(map(str, wanted.box)))
    return ListSpots(west=west, south=south, east=east, north=north, at_most=AT_MOST)


def _nothing() -> None:
    """There is nothing to close."""
