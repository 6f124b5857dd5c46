"""What people in the simulated city ring in: one JSON line a call, in the order the calls are made.

The world writes the file, partner processes read it: `follow` waits for what is written next. Nothing is taken out,
so any number of partners read the same feed, each from where it likes.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import msgspec

FILE_NAME = "calls.jsonl"
LOOK_S = 0.1
_NAME, _LONGEST_NAME = b'{"feed"', 64


class To(StrEnum):
    """Who is rung up."""

    POLICE = "112"
    FIRE = "119"
    HQ = "hq"
    TRACKING = "moj"


class By(StrEnum):
    """Who rings."""

    VICTIM = "victim"
    WITNESS = "witness"
    KIN = "kin"
    BELL = "bell"
    SENSOR = "sensor"


class Step(StrEnum):
    """What the call is in the life of its event: the news of it, more about it, or its end."""

    BEGUN = "begun"
    MORE = "more"
    OVER = "over"


class Call(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One call at a simulated time: what the caller believes, never the truth.

    The place is off by about `accuracy_m` (one standard deviation). Several calls may tell of one `event`, which is
    the truth's number of it: a partner may use it to know which of its calls belong together, never to tell the city.
    `kind` is the platform's word for what happened; `number` is unique in the feed. `bell` is the id of the emergency
    bell that was pressed, `person` who is looked for where somebody is. `told_ms` is the machine's Unix time at which
    it is made in a run: what a partner tells the platform as the time of its report.
    """

    number: int
    at: datetime
    to: To
    by: By = By.WITNESS
    step: Step = Step.BEGUN
    kind: str
    lon: float
    lat: float
    accuracy_m: float
    text: str
    event: str
    address: str = ""
    bell: str = ""
    person: str = ""
    told_ms: int = 0

    @property
    def placed(self) -> datetime:
        """When the call was made, by the machine's clock in a run, else by the city's."""
        return datetime.fromtimestamp(self.told_ms / 1000, UTC) if self.told_ms else self.at


class Feed:
    """The world's end of a feed file: calls are appended and readable at once.

    A new file begins with a line that names it, so that a reader tells it from one that stood there before.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = path.open("ab", buffering=0)
        if self._file.tell() == 0:
            self._file.write(msgspec.json.encode({"feed": secrets.token_hex(8)}) + b"\n")

    def say(self, call: Call) -> None:
        """Append one call."""
        self._file.write(msgspec.json.encode(call) + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read(path: Path) -> tuple[Call, ...]:
    """All calls made so far; none when nobody has rung yet."""
    return tuple(_decode(_whole_lines(path, 0)[0]))


async def follow(path: Path, *, from_start: bool = True, look_s: float = LOOK_S) -> AsyncIterator[Call]:
    """Every call of a feed, then each new one as it is made, for ever; a feed made anew is read from its start."""
    at = 0 if from_start or not path.exists() else path.stat().st_size
    known = _name_of(path)
    while True:
        if (found := _name_of(path)) != known:
            known, at = found, 0
        lines, at = _whole_lines(path, at)
        for call in _decode(lines):
            yield call
        if not lines:
            await asyncio.sleep(look_s)


def _name_of(path: Path) -> bytes:
    """The line that names a feed; nothing where there is none."""
    try:
        with path.open("rb") as file:
            return file.readline(_LONGEST_NAME)
    except FileNotFoundError:
        return b""


def _whole_lines(path: Path, at: int) -> tuple[list[bytes], int]:
    """The whole lines after a byte, and where they end."""
    try:
        with path.open("rb") as file:
            file.seek(at)
            read = file.read()
    except FileNotFoundError:
        return [], 0
    whole = read[: read.rfind(b"\n") + 1]
    return whole.splitlines(), at + len(whole)


def _decode(lines: list[bytes]) -> list[Call]:
    return [msgspec.json.decode(line, type=Call) for line in lines if not line.startswith(_NAME)]
