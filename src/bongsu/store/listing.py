"""The journal as an auditor's list: what each entry is made of, by ids alone; nothing of what anybody said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from bongsu.core.incident import Change
from bongsu.core.report import Report
from bongsu.core.request import Request
from bongsu.store import journal, schema

Stands = tuple[str, int, str]
"""How a delivery stands: its state, how many tries it had, and what came of the last."""

_decode_report = msgspec.msgpack.Decoder(Report).decode


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """The report that caused an entry."""

    sender: str
    key: str
    occurrence: str
    step: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one incident; `cases` counts the senders' cases it is made of."""

    what: str
    incident: str
    version: int
    by: str
    cases: int


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One request of the entry, and how its delivery stands; "missing" where the outbox does not hold it."""

    key: str
    agency: str
    until_ms: int
    state: str
    attempts: int
    detail: str


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """One grant of the entry, in the version it made."""

    id: str
    version: int
    ended: bool


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry; `at_ms` is the wall clock's, the order is that of `seq`."""

    seq: int
    at_ms: int
    report: Heard | None
    steps: tuple[Step, ...]
    requests: tuple[Asked, ...]
    grants: tuple[Given, ...]
    records: tuple[str, ...]


def lines(connection: Connection, after: int = 0) -> Iterator[Line]:
    """Every entry later than `after`, in order, as one reader's connection sees them."""
    heard, stands = _heard(connection, after), _stands(connection, after)
    for recorded in journal.read(connection, after):
        entry = recorded.entry
        moment = entry.changes[0].at if entry.changes else entry.revisions[0].at
        yield Line(
            seq=recorded.seq,
            at_ms=_ms(moment),
            report=heard.get(recorded.seq),
            steps=tuple(_step(change) for change in entry.changes),
            requests=tuple(_asked(request, stands.get(request.key)) for request in entry.requests),
            grants=tuple(Given(id=grant.id, version=grant.version, ended=grant.ended) for grant in entry.grants),
            records=tuple(f"{revision.kind}/{revision.id}" for revision in entry.revisions),
        )


def _step(change: Change) -> Step:
    incident = change.incident
    return Step(
        what=change.what.value,
        incident=incident.id,
        version=incident.version,
        by=change.by,
        cases=1 + len(incident.also),
    )


def _asked(request: Request, stands: Stands | None) -> Asked:
    state, attempts, detail = stands or ("missing", 0, "")
    return Asked(
        key=request.key,
        agency=request.agency,
        until_ms=_ms(request.until),
        state=state,
        attempts=attempts,
        detail=detail,
    )


def _heard(connection: Connection, after: int) -> dict[int, Heard]:
    table = schema.reports
    rows = connection.execute(select(table.c.seq, table.c.body).where(table.c.seq > after))
    reports = ((row.seq, _decode_report(row.body)) for row in rows.yield_per(1000))
    return {
        seq: Heard(sender=report.sender, key=report.key, occurrence=report.occurrence, step=report.step.value)
        for seq, report in reports
    }


def _stands(connection: Connection, after: int) -> dict[str, Stands]:
    table = schema.outbox
    columns = (table.c.key, table.c.state, table.c.attempts, table.c.detail)
    rows = connection.execute(select(*columns).where(table.c.seq > after))
    return {row.key: (row.state, row.attempts, row.detail) for row in rows.yield_per(1000)}


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
