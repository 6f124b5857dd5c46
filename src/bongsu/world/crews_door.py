"""The door through which partners send crews: HTTP on loopback, one small JSON body each way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, TypeVar

import msgspec

from bongsu.core.asset import UnitKind
from bongsu.core.errors import BongsuError, Conflict, Invalid, NotFound
from bongsu.core.geo import Point, is_on_earth
from bongsu.world.crews import STAYS_S, Crews, Mission
from bongsu.world.weather import Climate

MAX_BODY = 4096
_T = TypeVar("_T")
_STATUS: dict[type[BongsuError], int] = {Invalid: 422, NotFound: 404, Conflict: 409}


class Go(msgspec.Struct, frozen=True, kw_only=True):
    """Send a crew to a place: the named one, or the nearest free one of a kind. It stays `stay_s` simulated seconds."""

    lon: float
    lat: float
    kind: UnitKind = UnitKind.PATROL
    unit: str = ""
    event: str = ""
    stay_s: float = STAYS_S


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """Call a crew back."""

    unit: str


class Desk:
    """Takes orders to crews at the simulated time and writes each mission down."""

    def __init__(
        self, crews: Crews, climate: Climate, now: Callable[[], datetime], note: Callable[[Mission], None]
    ) -> None:
        self._crews = crews
        self._climate = climate
        self._now = now
        self._note = note

    def answer(self, path: str, body: bytes) -> tuple[int, object]:
        """The HTTP status and the answer to one request."""
        now = self._now()
        try:
            match path:
                case "/go":
                    return 200, self._go(_decode(body, Go), now)
                case "/home":
                    mission = self._crews.home(_decode(body, Home).unit, now.timestamp(), self._climate.sky(now))
                    if mission is not None:
                        self._note(mission)
                    return 200, {"out": mission is not None}
                case "/crews":
                    return 200, [self._crews.where(crew, now.timestamp()) for crew in self._crews.crews]
        except BongsuError as problem:
            return _STATUS.get(type(problem), 500), {"code": problem.code} | problem.facts
        return 404, {"code": "crews.ask"}

    def _go(self, ask: Go, now: datetime) -> dict[str, object]:
        to = Point(ask.lon, ask.lat)
        if not is_on_earth(to) or not 0 <= ask.stay_s <= 86_400:
            raise Invalid("crews.ask", detail="lon, lat, stay_s")
        mission = self._crews.go(
            to,
            now.timestamp(),
            self._climate.sky(now),
            kind=ask.kind,
            unit=ask.unit,
            event=ask.event,
            stay_s=ask.stay_s,
        )
        self._note(mission)
        return {"unit": mission.unit, "eta_s": round(mission.arrives_s - now.timestamp(), 1)}


def _decode(body: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as problem:
        raise Invalid("crews.ask", detail=str(problem)) from problem


class _Knock(BaseHTTPRequestHandler):
    """One request."""

    desk: ClassVar[Desk]

    def do_GET(self) -> None:
        """Answer a question."""
        self._answer(b"{}")

    def do_POST(self) -> None:
        """Take an order."""
        told = self.headers.get("Content-Length", "")
        if not told.isdecimal() or int(told) > MAX_BODY:
            self.send_error(413)
            return
        self._answer(self.rfile.read(int(told)))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _answer(self, body: bytes) -> None:
        status, told = self.desk.answer(self.path, body)
        content = msgspec.json.encode(told)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def opened(desk: Desk, port: int = 0) -> Iterator[str]:
    """Open the door on loopback; its address."""
    knock = type("Knock", (_Knock,), {"desk": desk})
    with ThreadingHTTPServer(("127.0.0.1", port), knock) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, name="crews-door", daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
