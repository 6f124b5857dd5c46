"""What was acknowledged and asked, against the journal and the partners' own logs; pure, so that it can be trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from bongsu.drills.faults.journal import Asked, Entry
from bongsu.drills.faults.said import Said, name_of

OURS = "BONGSU"
"""Whose code stands on reports of the platform's own rules."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One request as a partner wrote it down: its key, when, and whether it was known again (and not acted on)."""

    key: str
    at_ms: int
    again: bool


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong, each by a sentence; all empty when the books agree."""

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    ghosts: tuple[str, ...] = ()

    def and_also(self, other: Balance) -> Balance:
        """Both."""
        return Balance(
            lost=self.lost + other.lost, doubled=self.doubled + other.doubled, ghosts=self.ghosts + other.ghosts
        )


def balance(
    said: Said, entries: Sequence[Entry], logs: Mapping[str, Sequence[Delivery]], *, operator: str, now_ms: int
) -> Balance:
    """Compare everything; `logs` are the partners' by agency, `operator` is the user our orders came from."""
    found = Balance(
        lost=(*_lost_reports(said, entries), *_lost_orders(said, entries, operator)),
        doubled=(*_doubled_reports(said, entries), *_doubled_cases(entries)),
        ghosts=(*_ghost_reports(said, entries), *_ghost_orders(said, entries, operator), *_gaps(entries)),
    )
    for agency, heard in logs.items():
        found = found.and_also(deliveries(entries, agency, heard, now_ms))
    return found


def _reports(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    held: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.report is not None:
            held.setdefault(name_of(entry.report.occurrence, entry.report.step), []).append(entry)
    return held


def _lost_reports(said: Said, entries: Sequence[Entry]) -> Iterator[str]:
    """Acknowledged, and not in the journal where the acknowledgement said it is."""
    held = _reports(entries)
    for told in said.acknowledged:
        for seq, incident in set(told.answers):
            kept = held.get(told.name, [])
            if not any(seq in (0, one.seq) and incident == one.steps[0].incident for one in kept):
                yield f"report {told.name} was acknowledged as {incident} in entry {seq or '?'}"


def _doubled_reports(said: Said, entries: Sequence[Entry]) -> Iterator[str]:
    """One key, two entries; or one key answered with two incidents."""
    for name, kept in _reports(entries).items():
        if len(kept) > 1:
            yield f"report {name} is in entries {', '.join(str(one.seq) for one in kept)}"
    for told in said.acknowledged:
        if len({incident for _, incident in told.answers}) > 1:
            yield f"report {told.name} was answered as {sorted({incident for _, incident in told.answers})}"


def _doubled_cases(entries: Sequence[Entry]) -> Iterator[str]:
    """One occurrence, two incidents that no merging or splitting explains; one incident, one version twice."""
    kin = _kin(entries)
    cases: dict[str, dict[str, str]] = {}
    for entry in entries:
        if entry.report is not None and entry.steps:
            incident = entry.steps[0].incident
            cases.setdefault(entry.report.occurrence, {}).setdefault(kin.get(incident, incident), incident)
    for case, found in cases.items():
        if len(found) > 1:
            yield f"case {case} is {sorted(found.values())}"
    versions = Counter((step.incident, step.version) for entry in entries for step in entry.steps)
    yield from (f"{incident} v{version} stands twice" for (incident, version), n in versions.items() if n > 1)


def _kin(entries: Iterable[Entry]) -> dict[str, str]:
    """A name for each family of incidents: one entry that changes two of them took one's reports to the other."""
    family: dict[str, str] = {}
    for entry in entries:
        names = {family.get(step.incident, step.incident) for step in entry.steps}
        if len(names) > 1:
            joined = min(names)
            family.update({one: joined for one, name in family.items() if name in names})
            family.update({step.incident: joined for step in entry.steps})
    return family


def _ghost_reports(said: Said, entries: Sequence[Entry]) -> Iterator[str]:
    """In the journal, and never sent by us; what the platform's own rules found is `sensed_books`' matter."""
    heard = _reports(entry for entry in entries if entry.report is not None and entry.report.sender != OURS)
    yield from (f"report {name} was never sent" for name in heard if name not in said.reports)


ORDERS = {"accept": "accepted", "close": "closed"}
"""What an order does to its incident."""


def _ordered(entries: Iterable[Entry], operator: str) -> set[tuple[str, str, int]]:
    return {
        (step.incident, step.what, step.version)
        for entry in entries
        for step in entry.steps
        if entry.report is None and step.by == operator
    }


def _lost_orders(said: Said, entries: Sequence[Entry], operator: str) -> Iterator[str]:
    held = _ordered(entries, operator)
    for order in said.orders:
        if order.answered and (order.incident, ORDERS[order.what], order.answered) not in held:
            yield f"{order.what} of {order.incident} was answered as version {order.answered}"


def _ghost_orders(said: Said, entries: Sequence[Entry], operator: str) -> Iterator[str]:
    given = {(order.incident, ORDERS[order.what], order.version + 1) for order in said.orders}
    for incident, what, version in sorted(_ordered(entries, operator) - given):
        yield f"{incident} v{version} {what}: nobody ordered it"


def _gaps(entries: Sequence[Entry]) -> Iterator[str]:
    """Sequences count from 1 without a hole, and each incident's versions do."""
    for place, entry in enumerate(entries, 1):
        if entry.seq != place:
            yield f"entry {place} is missing"
            break
    newest: dict[str, int] = {}
    for entry in entries:
        for step in entry.steps:
            if step.version != newest.get(step.incident, 0) + 1:
                yield f"{step.incident} goes from version {newest.get(step.incident, 0)} to {step.version}"
            newest[step.incident] = step.version


def deliveries(entries: Sequence[Entry], agency: str, heard: Sequence[Delivery], now_ms: int) -> Balance:
    """One partner's log against the requests the journal holds for it."""
    asked = {one.key: one for entry in entries for one in entry.requests if one.agency == agency}
    acted = Counter(one.key for one in heard if not one.again)
    reached = {one.key for one in heard}
    return Balance(
        lost=tuple(_undelivered(agency, asked.values(), reached, now_ms)),
        doubled=tuple(f"{agency} acted {n} times on {key}" for key, n in acted.items() if n > 1),
        ghosts=(
            *(f"{agency} got {key}, which the journal does not hold" for key in sorted(reached - asked.keys())),
            *_too_late(agency, asked, heard),
        ),
    )


def _undelivered(agency: str, asked: Iterable[Asked], reached: set[str], now_ms: int) -> Iterator[str]:
    """Committed and never delivered; one whose time ran out first was rightly left."""
    for one in asked:
        if one.key not in reached and not is_expired(one, now_ms):
            yield f"{agency} never got {one.key} ({one.state}, {one.attempts} tries, {one.detail})"


def is_expired(one: Asked, now_ms: int) -> bool:
    """Left because its time had run out, or would have before the next try; as it must be."""
    return one.state == "dead" and one.until_ms <= now_ms and not one.detail.startswith("partner.refused")


LATE_MS = 6_000
"""A delivery begun in time may take as long as the sender waits for an answer (5 s) and a little."""


def _too_late(agency: str, asked: dict[str, Asked], heard: Sequence[Delivery]) -> Iterator[str]:
    for one in heard:
        if one.key in asked and one.at_ms > asked[one.key].until_ms + LATE_MS:
            yield f"{agency} got {one.key} {(one.at_ms - asked[one.key].until_ms) / 1000:.1f} s after its time"
