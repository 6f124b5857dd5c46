"""The store as its users see it: every method is one unit of work, durable when it returns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bongsu.core.asset import Bell, Boundary, Camera, Facility, Ground
from bongsu.core.entry import Entry, Recorded
from bongsu.core.ledger import LedgerRow, Sealed
from bongsu.core.person import Session, User
from bongsu.core.report import Ack, Report
from bongsu.core.request import Ask, OutboxState, Outgoing, Receipt
from bongsu.core.revision import RecordKind, Revision
from bongsu.settings import RetentionSettings
from bongsu.store import assets, backup, journal, ledger, outbox, people, retention, snapshots
from bongsu.store.db import Database


class Store:
    """The database of one data folder, or of a DSN, open.

    Opening it makes this process the one writer, and refuses every writer before; a guest writes beside the running
    one. `take_over` ends another's session where PostgreSQL says that one runs. Raises Conflict, Unavailable.
    """

    def __init__(
        self,
        folder: Path,
        *,
        dsn: str = "",
        guest: bool = False,
        take_over: bool = False,
        on_broken: Callable[[str], None] | None = None,
    ) -> None:
        self.db = Database(folder, dsn=dsn, guest=guest, take_over=take_over, on_broken=on_broken)
        self._heard = set() if guest else self.db.read_now(journal.heard)

    def close(self) -> None:
        """Finish queued writes and let go of the files."""
        self.db.close()

    async def append(self, entry: Entry, report: Report | None = None) -> int:
        """Commit an entry with all that belongs to it; its sequence."""
        seq = await self.db.write(lambda c: journal.append(c, entry, report))
        if report is not None:
            self._heard.add(journal.name_of(report))
        return seq

    async def find_ack(self, report: Report) -> Ack | None:
        """What was answered when this report first came; a key never heard costs no look-up. Raises Conflict."""
        if journal.name_of(report) not in self._heard:
            return None
        return await self.db.read(lambda c: journal.find_ack(c, report))

    def replay(self, each: Callable[[Recorded], None], after: int = 0) -> None:
        """Hand every stored entry to `each`, in order."""
        with self.db.reader() as connection:
            for recorded in journal.read(connection, after):
                each(recorded)

    async def history(self, kind: RecordKind, record_id: str) -> list[Revision]:
        """Every version of one record, newest first."""
        return await self.db.read(lambda c: journal.history(c, kind, record_id))

    def find_snapshot(self) -> bytes | None:
        """The newest whole snapshot of the board that this release can read."""
        return self.db.read_now(snapshots.find)

    async def put_snapshot(self, seq: int, body: bytes, at: datetime, keep: int) -> None:
        """Keep the board as it stands after an entry, and the newest `keep` in all."""
        await self.db.write(lambda c: snapshots.put(c, seq, body, at, keep))

    async def still_mine(self) -> None:
        """Write nothing: a writer that was taken over finds out. Raises Conflict("store.taken_over")."""
        await self.db.write(lambda c: None)

    async def back_up(self, path: Path, row: LedgerRow) -> int:
        """Write the whole store into one file while others write on, its ledger row first; the number of rows.

        Raises Conflict("backup.exists").
        """
        backup.check_free(path)
        await self.note(row)

        def write() -> int:
            with self.db.still() as connection:
                return backup.write(connection, path, row.at)

        return await asyncio.to_thread(write)

    async def due_to_erase(self, terms: RetentionSettings, now: datetime) -> retention.Erased:
        """What is past its time, left as it is."""
        return await self.db.read(lambda c: retention.due(c, terms, now))

    async def erase(self, terms: RetentionSettings, now: datetime, who: str) -> retention.Erased:
        """Erase all that is past its time, in small batches so that reports go in between; how many of each."""
        total = retention.Erased()
        while (more := await self.db.write(lambda c: retention.erase(c, terms, now, who))).rows:
            total = total.plus(more)
        return total

    async def note(self, *rows: LedgerRow) -> int:
        """Commit ledger rows; the sequence of the last."""
        return await self.db.write(lambda c: ledger.add(c, rows))

    def note_soon(self, row: LedgerRow) -> None:
        """Put a ledger row in line without waiting for it."""
        self.db.submit(lambda c: ledger.add(c, [row]))

    async def ledger_rows(self, before: int | None, at_most: int) -> list[Sealed]:
        """Rows newest first."""
        return await self.db.read(lambda c: ledger.newest(c, before, at_most))

    async def due(self, now: datetime, at_most: int, but: Collection[str] = ()) -> list[Outgoing]:
        """Requests whose time has come, but those of these agencies."""
        return await self.db.read(lambda c: outbox.due(c, now, at_most, but))

    async def undelivered(self) -> list[Outgoing]:
        """Requests that failed at least once and are not delivered."""
        return await self.db.read(outbox.undelivered)

    async def asked(self, incident: str, ask: Ask) -> list[Outgoing]:
        """Every request of one kind about a case, newest first."""
        return await self.db.read(lambda c: outbox.asked(c, incident, ask))

    async def settle(self, receipt: Receipt, state: OutboxState, next_at: datetime) -> None:
        """Write down what came of one try."""
        await self.db.write(lambda c: outbox.settle(c, receipt, state, next_at))

    async def retry(self, key: str, row: LedgerRow) -> bool:
        """Put a dead letter back in line, and that somebody did on the ledger."""

        def work(connection: Connection) -> bool:
            found = outbox.retry(connection, key)
            if found:
                ledger.add(connection, [row])
            return found

        return await self.db.write(work)

    async def put_layer(self, layer: str, body: bytes, row: LedgerRow) -> int:
        """Replace a layer of assets, with its ledger row; its new version."""

        def work(connection: Connection) -> int:
            ledger.add(connection, [row])
            return assets.put(connection, layer, body, row.at)

        return await self.db.write(work)

    def cameras(self) -> tuple[Camera, ...]:
        """Every camera of the register."""
        return self.db.read_now(assets.cameras)

    def ground(self) -> Ground:
        """The map."""
        return self.db.read_now(assets.ground)

    def bells(self) -> tuple[Bell, ...]:
        """Every emergency bell."""
        return self.db.read_now(assets.bells)

    def facilities(self) -> tuple[Facility, ...]:
        """Every place of every register of places."""
        return self.db.read_now(assets.facilities)

    async def devices(self) -> tuple[int, list[bytes]]:
        """The version of the register of devices, and its blocks."""
        return await self.db.read(assets.devices)

    def boundaries(self) -> tuple[Boundary, ...]:
        """The districts."""
        return self.db.read_now(assets.boundaries)

    async def add_user(self, user: User) -> None:
        """Register a user. Raises Conflict."""
        await self.db.write(lambda c: people.add_user(c, user))

    async def find_user(self, name: str) -> User | None:
        """The user of this name."""
        return await self.db.read(lambda c: people.find_user(c, name))

    async def find_user_by_id(self, user_id: str) -> User | None:
        """The user of this id."""
        return await self.db.read(lambda c: people.find_user_by_id(c, user_id))

    async def list_users(self) -> list[User]:
        """Everybody who may sign in."""
        return await self.db.read(people.list_users)

    async def put_session(self, digest: str, session: Session) -> None:
        """Keep a session under the digest of its token."""
        await self.db.write(lambda c: people.put_session(c, digest, session))

    async def drop_session(self, digest: str) -> None:
        """End a session."""
        await self.db.write(lambda c: people.drop_session(c, digest))

    async def list_sessions(self, now: datetime) -> dict[str, Session]:
        """Every session still running, by digest."""
        return await self.db.read(lambda c: people.list_sessions(c, now))

    async def put_link(self, digest: str, user_id: str, until: datetime) -> None:
        """Keep a one-time sign-in code."""
        await self.db.write(lambda c: people.put_link(c, digest, user_id, until))

    async def take_link(self, digest: str, now: datetime) -> str | None:
        """Use a code up; its user's id."""
        return await self.db.write(lambda c: people.take_link(c, digest, now))
