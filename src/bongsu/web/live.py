"""The live board: every change reaches every screen that may see it, once, in order, within one turn of the loop.

`tell` encodes a change once per audience and never waits. The last 2,000 changes are kept as they were told, so
that a listener whose line broke goes on where it stopped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from bongsu.core.clock import Now
from bongsu.core.entry import Recorded
from bongsu.core.person import Session
from bongsu.core.processes import Seat
from bongsu.web import telling
from bongsu.web.condition import own
from bongsu.web.connection import Connection
from bongsu.web.crews import Crews
from bongsu.web.needs import Incidents, Streets
from bongsu.web.telling import Audience

KEPT = 2_000


class Told(msgspec.Struct, frozen=True):
    """One change as it was told: the words by agency, "" for those who see everything."""

    seq: int
    incident: str
    words: dict[str, tuple[str, ...]]


class LiveBoard:
    """Everybody who listens, and what they were told lately. `board` must stand as of the entry told."""

    def __init__(self, *, now: Now, board: Callable[[], Incidents], city: Callable[[], Streets]) -> None:
        self._now = now
        self._board = board
        self._city = city
        self._past: deque[Told] = deque(maxlen=KEPT)
        self._floor = board().seq
        self.listeners: set[Connection] = set()
        self.crews = Crews(now=now, board=board, city=city)
        self.outbox: list[dict[str, Any]] = []
        self.outbox_stale = True
        self.parts: Mapping[str, str] = {}
        self._health: dict[bool, str] = {}
        self._videos = ""

    def tell(self, recorded: Recorded) -> None:
        """Say to everybody concerned what an entry changed; called right after it was made true."""
        entry, seq = recorded.entry, recorded.seq
        for change in entry.changes:
            words = telling.tell_change(seq, change, entry, self._board(), self._city(), self._now())
            self._tell(Told(seq, change.incident.id, words))
        for revision in entry.revisions:
            self._tell(Told(seq, "", {"": (telling.record_word(seq, revision),)}))
        self.outbox_stale = self.outbox_stale or bool(entry.requests)
        self.crews.changed()

    def _tell(self, told: Told) -> None:
        if len(self._past) == KEPT:
            self._floor = self._past[0].seq
        self._past.append(told)
        for listener in self.listeners:
            key = "" if listener.audience.all_incidents else listener.audience.agency or None
            if key is not None and key in told.words:
                listener.push(told.words[key])

    def join(self, session: Session, audience: Audience, after: int | None) -> Connection:
        """A new listener with its first words queued: what it missed since `after`, or everything."""
        listener = Connection(session, audience)
        board = self._board()
        units = self.crews.list_for(audience, self.listeners)
        if after is not None and self._floor <= after <= board.seq:
            first = [*self._missed(audience, after), telling.units_word(units)]
            first += [telling.word("outbox", outbox=self.outbox)] if audience.outbox else []
        else:
            first = [self._snapshot(audience, units)]
        first += [self._health[audience.outbox]] if self._health else []
        listener.greet([*first, self._videos] if self._videos else first)
        self.listeners.add(listener)
        return listener

    def leave(self, listener: Connection) -> None:
        """Nobody is there any more."""
        self.listeners.discard(listener)

    def end(self, session_id: str, reason: str) -> None:
        """Close every connection of a session that ended ("signed_out" or "expired")."""
        for listener in [one for one in self.listeners if one.session.id == session_id]:
            self.listeners.discard(listener)
            listener.end(reason)

    def learn_health(self, parts: Mapping[str, str], lag_ms: float) -> None:
        """How the parts are now; partners and disk are told to those who follow the undelivered, the rest to all."""
        self.parts = parts
        self._health = {
            True: telling.word("health", parts=parts, lag_ms=lag_ms),
            False: telling.word("health", parts=own(parts), lag_ms=lag_ms),
        }

    def learn_seats(self, seats: Sequence[Seat]) -> None:
        """Which video processes there are, and which of them live; everybody who watches video needs it at once."""
        self._videos = telling.word("videos", videos=seats)
        self.say(self._videos)

    def say_health(self) -> None:
        """Say it to everybody."""
        for staff, text in self._health.items():
            self.say(text, to=lambda audience, staff=staff: audience.outbox is staff)  # type: ignore[misc]

    def outbox_changed(self) -> None:
        """Something was delivered, failed or died: the next look tells those who follow."""
        self.outbox_stale = True

    def say(self, text: str, to: Callable[[Audience], bool] = lambda _: True) -> None:
        """One word to every listener whose audience it is for."""
        for listener in self.listeners:
            if to(listener.audience):
                listener.push([text])

    def _missed(self, audience: Audience, after: int) -> Iterable[str]:
        """What was told since; of a case an agency may no longer see, only that it is gone."""
        grants = telling.live_grants(self._board(), audience.agency, self._now())
        held = {grant.incident for grant in grants}
        key = "" if audience.all_incidents else audience.agency or None
        for told in self._past:
            if told.seq <= after or key is None:
                continue
            words = told.words.get(key, ())
            if key == "" or told.incident in held:
                yield from words
            else:
                yield from (text for text in words if text.startswith('{"what":"gone"'))

    def _snapshot(self, audience: Audience, units: Iterable[object]) -> str:
        board, city, now = self._board(), self._city(), self._now()
        incidents, grants = telling.visible(board, audience, now)
        return telling.word(
            "snapshot",
            seq=board.seq,
            now_ms=int(now.timestamp() * 1000),
            incidents=incidents,
            grants=grants,
            runs=[board.runs[one.id] for one in incidents if one.id in board.runs] if audience.all_incidents else [],
            records=list(board.records.values()) if audience.all_incidents else [],
            cameras=telling.cameras_of(city, grants),
            outbox=self.outbox if audience.outbox else [],
            units=list(units),
        )
