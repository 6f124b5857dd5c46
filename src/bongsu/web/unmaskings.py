"""Who may see what masks hide just now. Lives in the core process alone: after a restart everybody sees masks again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from bongsu.access.identity import Chance
from bongsu.access.lease import UNMASK
from bongsu.core.clock import Now
from bongsu.core.entry import Entry
from bongsu.core.errors import Refused

ID_BYTES = 9


class Unmasked(msgspec.Struct, frozen=True, kw_only=True):
    """One camera laid bare for one session under one incident, until a time."""

    id: str
    session: str
    camera: str
    incident: str
    until: datetime


class Unmaskings:
    """Every unmasking that runs; video is told of each as a hold, and its streams hang on it."""

    def __init__(
        self, chance: Chance, now: Now, hold: Callable[[str, int | None], None], drop: Callable[[str], None]
    ) -> None:
        self._chance = chance
        self._now = now
        self._hold = hold
        self._drop = drop
        self._running: dict[str, Unmasked] = {}

    def make(self, session: str, camera: str, incident: str, until: datetime) -> Unmasked:
        """One that does not hold yet: what is to be written down of it comes first."""
        return Unmasked(id=self._chance(ID_BYTES), session=session, camera=camera, incident=incident, until=until)

    def begin(self, unmasked: Unmasked) -> None:
        """From now on it holds."""
        now = self._now()
        self._running = {one.id: one for one in self._running.values() if one.until > now}
        self._running[unmasked.id] = unmasked
        self._hold(f"{UNMASK}{unmasked.id}", _ms(unmasked.until))

    def find(self, number: str, session: str) -> Unmasked | None:
        """A session's own unmasking, as long as it runs."""
        one = self._running.get(number)
        return one if one is not None and one.session == session and one.until > self._now() else None

    def end(self, number: str) -> None:
        """It is over: every stream that hangs on it ends now."""
        if self._running.pop(number, None) is not None:
            self._drop(f"{UNMASK}{number}")

    def hear(self, entry: Entry) -> None:
        """An unmasking ends with its case."""
        over = {change.incident.id for change in entry.changes if change.incident.is_over}
        for one in [one for one in self._running.values() if one.incident in over]:
            self.end(one.id)

    def check(self, number: str, session: str, camera: str, incident: str) -> None:
        """Nothing where `number` is "". Raises Refused("unmask.over") unless it is the session's for just this look."""
        one = self.find(number, session)
        if number and (one is None or (one.camera, one.incident) != (camera, incident)):
            raise Refused("unmask.over", camera=camera, incident=incident)

    def holds(self) -> dict[str, int | None]:
        """Every key a stream may hang on because of them, with its end in Unix milliseconds."""
        return {f"{UNMASK}{one.id}": _ms(one.until) for one in self._running.values()}


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
