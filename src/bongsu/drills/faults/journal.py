"""The platform's own word after the faults, read through its public commands and doors; shapes of our own."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bongsu.drills import processes


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """The report that caused an entry."""

    sender: str
    key: str
    occurrence: str
    step: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one incident."""

    what: str
    incident: str
    version: int
    by: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One request and how its delivery stands."""

    key: str
    agency: str
    until_ms: int
    state: str
    attempts: int = 0
    detail: str = ""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """One grant in the version an entry made."""

    id: str
    version: int
    ended: bool


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the journal, as `bongsu journal --json` lists it."""

    seq: int
    at_ms: int = 0
    report: Heard | None = None
    steps: tuple[Step, ...] = ()
    requests: tuple[Asked, ...] = ()
    grants: tuple[Given, ...] = ()


class Fold(msgspec.Struct, frozen=True, kw_only=True):
    """The journal folded anew."""

    seq: int
    digest: str


async def read(where: tuple[str, ...]) -> list[Entry]:
    """Every entry; `where` are the words that name the store (`--data FOLDER` …)."""
    printed = await processes.run(*processes.BONGSU, "journal", *where, "--json")
    return [msgspec.json.decode(line, type=Entry) for line in printed.splitlines() if line.startswith(b"{")]


async def fold(where: tuple[str, ...]) -> Fold:
    """What `bongsu replay` makes of it."""
    printed = await processes.run(*processes.BONGSU, "replay", *where, "--json")
    return msgspec.json.decode(printed.splitlines()[-1], type=Fold)


def waiting(entries: list[Entry]) -> int:
    """Requests that are still on their way."""
    return sum(asked.state == "waiting" for entry in entries for asked in entry.requests)


def data_words(folder: Path) -> tuple[str, ...]:
    """The words that name an embedded store."""
    return ("--data", str(folder))
