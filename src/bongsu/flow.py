"""The whole platform on one page: a report or command becomes a decision, that an entry, the entry the truth."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from bongsu.city import City
from bongsu.core.batch import Batch
from bongsu.core.clock import Now
from bongsu.core.command import Command
from bongsu.core.entry import Decision, Entry, Recorded
from bongsu.core.grant import Grant
from bongsu.core.incident import Change, What
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.observation import Observation
from bongsu.core.report import Ack, Report
from bongsu.core.request import Request
from bongsu.core.revision import Revision
from bongsu.desk.board import Board
from bongsu.desk.crews import crew_rows
from bongsu.desk.exporting import export_rows
from bongsu.desk.follow import follow
from bongsu.desk.hear import hear
from bongsu.desk.holding import hold_row
from bongsu.desk.obey import obey, regrant
from bongsu.desk.pursuing import flight_rows
from bongsu.desk.records import UNCHECKED, Checks
from bongsu.desk.searching import search_rows

Respond = Callable[[Change, City], Iterator[Grant | Request]]
Append = Callable[[Entry, Report | None], Awaitable[int]]
FindAck = Callable[[Report], Awaitable[Ack | None]]
Tell = Callable[[Recorded], None]


class Flow:
    """Runs inside the inbox, so nothing here happens twice at once."""

    def __init__(
        self,
        *,
        board: Board,
        city: City,
        services: Mapping[str, Respond],
        append: Append,
        find_ack: FindAck,
        tell: Tell,
        now: Now,
        checks: Checks = UNCHECKED,
    ) -> None:
        self.board = board
        self.city = city
        self.services = services
        self._append = append
        self._find_ack = find_ack
        self._tell = tell
        self._now = now
        self._checks = replace(
            checks, inside=lambda where: self.city.is_on_map(where), camera=lambda one: one in self.city.cameras
        )
        self._torn = False

    async def take(self, report: Report) -> Ack:
        """Keep a report and do what follows from it; a retry gets the first answer again. Raises Conflict."""
        if (given := await self._find_ack(report)) is not None:
            return given
        recorded = await self.record(hear(self.board, report, self.city, self._now()), report)
        return Ack(seq=recorded.seq, incident=recorded.entry.changes[0].incident.id)

    async def order(self, command: Command) -> Entry:
        """Do what a command says; what came of it. Raises NotFound, Conflict, Invalid."""
        recorded = await self.record(obey(self.board, command, self._now(), self._checks))
        return recorded.entry

    async def see(self, batch: Batch) -> int:
        """Take one batch of observations into the city; how many were of crews nobody registered."""
        return self.city.see(batch)

    async def sense(self, observations: Sequence[Observation]) -> int:
        """Take in what sensors that stand still observed; how many found no room."""
        return self.city.readings.sense(observations)

    async def record(self, decision: Decision, report: Report | None = None) -> Recorded:
        """Write a decision down with all that follows from it, then make it true and tell of it."""
        if self._torn:
            raise SystemExit("the board is behind the journal: ending, to be built anew from it")
        entry = self.entry_of(decision)
        recorded = Recorded(seq=await self._append(entry, report), entry=entry)
        self._torn = True
        self.board.apply(recorded)
        self._torn = False
        self._tell(recorded)
        return recorded

    def entry_of(self, decision: Decision) -> Entry:
        """A decision with its procedures' runs, grants, requests and ledger rows."""
        decision, notices = follow(self.board, decision)
        changes = tuple(replace(change, under=self.board.under) for change in decision.changes)
        parts = [self._follow(change) for change in changes]
        return Entry(
            changes=changes,
            runs=decision.runs,
            revisions=decision.revisions,
            grants=tuple(grant for grants, _ in parts for grant in grants),
            requests=(*(request for _, requests in parts for request in requests), *notices),
            rows=(
                *(_row(change, grant) for change, (grants, _) in zip(changes, parts, strict=True) for grant in grants),
                *map(_revised, decision.revisions),
                *export_rows(self.board.exports, decision.exports),
                *map(hold_row, decision.legal_holds),
                *crew_rows(changes),
                *search_rows(decision.searches),
                *flight_rows(decision.flights),
            ),
            exports=decision.exports,
            legal_holds=decision.legal_holds,
            searches=decision.searches,
            flights=decision.flights,
        )

    def _follow(self, change: Change) -> tuple[tuple[Grant, ...], tuple[Request, ...]]:
        """The grants and requests that follow from one change."""
        follows = [item for respond in self.services.values() for item in respond(change, self.city)]
        fresh = {item.id: self._renew(item) for item in follows if isinstance(item, Grant)}
        requests = tuple(_with(item, fresh) for item in follows if isinstance(item, Request))
        return (*regrant(self.board, change), *fresh.values(), *self._forsaken(change, fresh)), requests

    def _renew(self, grant: Grant) -> Grant:
        """A grant as the next version of the one that stands, never shorter than it."""
        old = self.board.grants.get(grant.id)
        if old is None:
            return grant
        until = grant.until if old.ended else max(grant.until, old.until)
        return replace(grant, version=old.version + 1, floor=min(grant.floor, old.floor), until=until)

    def _forsaken(self, change: Change, fresh: Mapping[str, Grant]) -> tuple[Grant, ...]:
        """When a case moves, every service speaks anew; a grant that none renews ends."""
        if change.what is not What.MOVED:
            return ()
        standing = self.board.grants_of(change.incident.id)
        return tuple(
            replace(grant, version=grant.version + 1, ended=True)
            for grant in standing
            if not grant.ended and grant.id not in fresh
        )


def _with(request: Request, fresh: Mapping[str, Grant]) -> Request:
    """A request that speaks of its grant in the version that is committed."""
    if request.grant is None:
        return request
    return replace(request, grant=fresh[request.grant.id])


def _row(change: Change, grant: Grant) -> LedgerRow:
    if grant.ended:
        act = Act.END
    elif change.what is What.EXTENDED:
        act = Act.EXTEND
    else:
        act = Act.GRANT
    return LedgerRow(
        at=change.at,
        act=act,
        who=change.by,
        agency=grant.agency,
        incident=grant.incident,
        grant=grant.id,
        basis=grant.basis.value,
        reason=f"{grant.service}: {change.what.value}, {len(grant.views)} cameras",
    )


def _revised(revision: Revision) -> LedgerRow:
    what = "retired" if revision.body is None else "revised"
    return LedgerRow(
        at=revision.at,
        act=Act.REVISE,
        who=revision.by,
        reason=f"{what} {revision.kind.value} {revision.id} version {revision.version}: {revision.note}",
    )


def due_to_lapse(board: Board, now: datetime) -> list[str]:
    """The running grants whose time is up."""
    return [grant.id for grant in board.running.values() if not grant.is_live(now)]
