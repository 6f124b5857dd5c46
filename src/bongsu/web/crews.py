"""Where the crews are, as each audience may know it: all of them, or patrol cars near an agency's live cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from bongsu.core.asset import Unit, UnitKind
from bongsu.core.clock import Now
from bongsu.web import telling
from bongsu.web.connection import Connection
from bongsu.web.needs import Incidents, Streets
from bongsu.web.telling import Audience

NEAR_M = 1_000.0
LOOK_AGAIN_AFTER = 5
"""Ticks between two looks at which patrol cars are near an agency's cases."""

FRAME = np.dtype([("index", "<u2"), ("lon", "<i4"), ("lat", "<i4"), ("heading", "<u2"), ("speed", "<u2")])

Rows = tuple[int, ...]


class Crews:
    """Which rows of the city each audience was told of, and the last frame it was sent."""

    def __init__(self, *, now: Now, board: Callable[[], Incidents], city: Callable[[], Streets]) -> None:
        self._now = now
        self._board = board
        self._city = city
        self._told: dict[str, tuple[Unit, ...]] = {}
        self._rows: dict[str, Rows] = {}
        self._sent: dict[str, bytes] = {}
        self._ticks = 0

    def changed(self) -> None:
        """Who may see whom may have changed: look at the next tick."""
        self._ticks = 0

    def list_for(self, audience: Audience, listeners: Iterable[Connection]) -> tuple[Unit, ...]:
        """The units an audience is told of now; those already listening hear it too when it changed."""
        key = _key(audience)
        self._look(key, [one for one in listeners if _key(one.audience) == key])
        self._sent.pop(key, None)  # so that whoever joins gets a frame at the next tick
        return self._told.get(key, ())

    def tick(self, listeners: Iterable[Connection]) -> None:
        """Send each audience its positions, where they changed; call five times a second."""
        groups: dict[str, list[Connection]] = {}
        for listener in listeners:
            groups.setdefault(_key(listener.audience), []).append(listener)
        looks = self._ticks % LOOK_AGAIN_AFTER == 0
        self._ticks += 1
        for key, group in groups.items():
            if looks:
                self._look(key, group)
            self._send(key, group)

    def _look(self, key: str, group: list[Connection]) -> None:
        """Find out whom an audience may see, and say so when it is somebody else than before."""
        units = self._city().units
        rows = self._rows_for(key, units)
        told = tuple(units[row] for row in rows)
        self._rows[key] = rows
        if told == self._told.get(key, ()):
            return
        self._told[key] = told
        self._sent.pop(key, None)
        for listener in group:
            listener.drop_frame()
            listener.push([telling.units_word(told)])

    def _rows_for(self, key: str, units: Iterable[Unit]) -> Rows:
        if key == _NOBODY:
            return ()
        kinds = [unit.kind for unit in units]
        if key == "":
            return tuple(range(len(kinds)))
        board, city = self._board(), self._city()
        grants = telling.live_grants(board, key, self._now())
        places = {board.incidents[grant.incident].where for grant in grants}
        near = city.units_near([where for where in places if where is not None], NEAR_M)
        return tuple(row for row in near if kinds[row] is UnitKind.PATROL)

    def _send(self, key: str, group: list[Connection]) -> None:
        frame = self._frame(key)
        if frame == self._sent.get(key):
            return
        self._sent[key] = frame
        for listener in group:
            listener.push_frame(frame)

    def _frame(self, key: str) -> bytes:
        """Positions with indices into the list this audience was told."""
        rows = self._rows.get(key, ())
        if not rows:
            return b""
        if key == "":
            return self._city().frame()
        frame = np.frombuffer(self._city().frame(rows), FRAME).copy()
        frame["index"] = np.searchsorted(np.array(rows), frame["index"])
        return frame.tobytes()


_NOBODY = "\0"


def _key(audience: Audience) -> str:
    if audience.all_incidents:
        return ""
    return audience.agency or _NOBODY
