"""Bookkeeping: what was acknowledged to us against what the platform holds; pure, so that it can be trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One report of ours and what came back: `turn` tells retries of one report (same turn) from news."""

    occurrence: str
    step: str
    turn: int
    taken: bool
    message: str
    sent_s: float
    answered_s: float


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """Acknowledged reports the platform does not hold, and reports it holds more than once."""

    acknowledged: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]


def balance(
    said: Iterable[Said], board: Iterable[Mapping[str, Any]], number: Callable[[Mapping[str, Any]], str]
) -> Balance:
    """Compare our reports with the incidents on the board.

    No orders are given in the drill, so an incident's version counts the different reports it is made of: fewer
    than we hold acknowledgements for are lost, more than we ever sent are doubled, and so is a second incident
    for one occurrence. `number` reads our occurrence number out of an incident.
    """
    said = tuple(said)
    taken = Counter(occurrence for occurrence, _ in {(s.occurrence, s.turn) for s in said if s.taken})
    sent = Counter(occurrence for occurrence, _ in {(s.occurrence, s.turn) for s in said})
    held: dict[str, list[int]] = {}
    for incident in board:
        held.setdefault(number(incident), []).append(int(incident["version"]))
    lost = [name for name in taken for _ in range(taken[name] - sum(held.get(name, ())))]
    doubled = [name for name in sent for _ in range(sum(held.get(name, ())) - sent[name])]
    doubled += [name for name in sent for _ in held.get(name, ())[1:]]
    return Balance(acknowledged=sum(taken.values()), lost=tuple(lost), doubled=tuple(doubled))


def answered_differently(said: Iterable[Said]) -> tuple[str, ...]:
    """Occurrences of which a retry got another answer than the first: a doubled report, however it is stored."""
    answers: dict[tuple[str, int], set[str]] = {}
    for one in said:
        if one.taken:
            answers.setdefault((one.occurrence, one.turn), set()).add(one.message)
    return tuple(name for (name, _), messages in answers.items() if len(messages) > 1)


def granted_twice(grants: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Incidents on which one service gave one agency more than one grant."""
    counted = Counter((g["incident"], g["service"], g["agency"]) for g in {g["id"]: g for g in grants}.values())
    return tuple(incident for (incident, _, _), count in counted.items() if count > 1)


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One stream that delivered frames: who looked through which camera under which incident."""

    user: str
    camera: str
    incident: str


def unledgered(looks: Iterable[Look], rows: Iterable[Mapping[str, Any]]) -> tuple[Look, ...]:
    """Streams that delivered frames and have no ledger row of their own; two streams need two rows."""
    kept = Counter(
        Look(user=row["who"], camera=row.get("camera", ""), incident=row.get("incident", ""))
        for row in rows
        if row.get("act") == "view"
    )
    missing = Counter(looks) - kept
    return tuple(missing.elements())
