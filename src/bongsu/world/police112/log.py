"""The police's own record of what the city told them: one JSON line per delivery, kept for ever.

An event that came before is answered the same and counted, never acted on twice; a restart forgets nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from bongsu.world.police112 import wire


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery of one event; `again` tells that the same event had come before."""

    at: datetime
    key: str
    sender: str
    occurrence: str
    step: str
    code: str
    text: str
    items: dict[str, str]
    again: bool = False


class Log:
    """What was heard, in order, on disk and in memory."""

    def __init__(self, path: Path) -> None:
        self.heard: list[Heard] = read(path)
        self._keys = {heard.key for heard in self.heard}
        _cut_torn_line(path)
        self._file = path.open("ab", buffering=0)

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
        self._file.write(msgspec.json.encode(heard) + b"\n")
        self._keys.add(key)
        self.heard.append(heard)
        return heard

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def read(path: Path) -> list[Heard]:
    """Every delivery in a log file; none when there is no file; a torn last line is left out."""
    if not path.exists():
        return []
    whole = path.read_bytes().rpartition(b"\n")[0]
    return [msgspec.json.decode(line, type=Heard) for line in whole.splitlines() if line]


def _cut_torn_line(path: Path) -> None:
    """Take away what a crash left of a half-written line, so that the next one stands by itself."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.truncate(file.read().rfind(b"\n") + 1)
