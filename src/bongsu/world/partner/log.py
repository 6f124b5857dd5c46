"""A partner's own record of what it told the city and what the city told it: one JSON line each, kept for ever.

An event of the city's that came before is answered the same and counted, never acted on twice; a restart forgets
nothing. Whether the city lost anything is found by comparing this record with the city's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from bongsu.world.partner import wire


class Heard(msgspec.Struct, frozen=True, kw_only=True, tag_field="what", tag="heard"):
    """One delivery of one event of the city's; `again` tells that the same event had come before."""

    at: datetime
    key: str
    sender: str
    occurrence: str
    step: str
    code: str
    text: str
    items: dict[str, str]
    again: bool = False


class Sent(msgspec.Struct, frozen=True, kw_only=True, tag_field="what", tag="sent"):
    """One try to tell the city one event; all tries of an event have one `key`."""

    at: datetime
    key: str
    occurrence: str
    code: str
    step: str


class Answered(msgspec.Struct, frozen=True, kw_only=True, tag_field="what", tag="answered"):
    """What the city said to a try; `taken`: it keeps the event, and `message` is its incident's id."""

    at: datetime
    key: str
    occurrence: str
    step: str
    taken: bool
    status: int
    type: str
    message: str

    @classmethod
    def of(cls, at: datetime, key: str, occurrence: str, step: str, answer: wire.Answer) -> Answered:
        """The line for an answer."""
        return cls(
            at=at,
            key=key,
            occurrence=occurrence,
            step=step,
            taken=answer.is_taken,
            status=answer.status,
            type=answer.type,
            message=answer.message,
        )


class Looked(msgspec.Struct, frozen=True, kw_only=True, tag_field="what", tag="looked"):
    """One look at one camera: how soon after the grant came the first picture, how many, and what ended it."""

    at: datetime
    incident: str
    camera: str
    first_picture_ms: float | None
    frames: int
    ended: str


Line = Heard | Sent | Answered | Looked


class Log:
    """What was told and heard, in order, on disk; in memory what was heard, and the keys of what the city took."""

    def __init__(self, path: Path) -> None:
        lines = read_all(path)
        self.heard = [line for line in lines if isinstance(line, Heard)]
        self.taken = {line.key for line in lines if isinstance(line, Answered) and line.taken}
        self._keys = {heard.key for heard in self.heard}
        _cut_torn_line(path)
        self._file = path.open("ab", buffering=0)

    def keep(self, line: Line) -> None:
        """Write one line down."""
        self._file.write(msgspec.json.encode(line) + b"\n")
        if isinstance(line, Answered) and line.taken:
            self.taken.add(line.key)

    def write(self, message: Mapping[str, Any], now: datetime) -> Heard:
        """Keep one delivery; raise ValueError when it is no event."""
        body = message["body"]
        key = wire.event_key(message)
        heard = Heard(
            at=now,
            key=key,
            sender=str(message.get("sendCd", "")),
            occurrence=str(body.get("ocrNbr", "")),
            step=str(body.get("ocrSts", "")),
            code=str(body.get("evtId", "")),
            text=str(body.get("ocrEvtCn", "")),
            items=wire.items_of(body),
            again=key in self._keys,
        )
        self.keep(heard)
        self._keys.add(key)
        self.heard.append(heard)
        return heard

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def read_all(path: Path) -> list[Line]:
    """Every line of a log file in order; none when there is no file; a torn last line is left out."""
    if not path.exists():
        return []
    whole = path.read_bytes().rpartition(b"\n")[0]
    return [_line(line) for line in whole.splitlines() if line]


def read(path: Path) -> list[Heard]:
    """Every delivery in a log file."""
    return [line for line in read_all(path) if isinstance(line, Heard)]


def _line(line: bytes) -> Line:
    """One line; those of release 0.1.0 were all deliveries and said nothing of what they are."""
    if b'"what":' not in line[:16]:
        return msgspec.json.decode(line, type=Heard)
    found: Line = msgspec.json.decode(line, type=Line)
    return found


def _cut_torn_line(path: Path) -> None:
    """Take away what a crash left of a half-written line, so that the next one stands by itself."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.truncate(file.read().rfind(b"\n") + 1)
