"""One database, one writer thread, grouped commits: an fsync never blocks the event loop.

Each piece of work runs in its own savepoint, so one that fails leaves the others of its group standing; all of a
group become durable in one commit, and only then does anybody hear of them. A commit that fails is never tried
again: the store is broken from then on, and the process must end and recover. So it is when another writer has taken
over: every transaction first reads and holds the writer's number (store/epoch.py). A disk without room breaks nothing:
such a group is rolled back whole before anything of it is synced, refused by name, and the next one may fit.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bongsu.core.clock import monotonic
from bongsu.core.errors import BongsuError, Conflict, Unavailable
from bongsu.store import engine, epoch, migrate, schema

GROUP_AT_MOST = 256

T = TypeVar("T")
Work = Callable[[Connection], Any]


class Database:
    """The open database: SQLite in the data folder, or PostgreSQL where a DSN is given.

    A guest writes beside the running writer and takes nothing from it. Raises Conflict("store.…"), Unavailable.
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
        self._writing, self._reading = _open(folder, dsn)
        self._held: Connection | None = None
        with ExitStack() as undo:
            undo.callback(self._let_go)
            self._prepare()
            self._mine = None if guest else self._become_writer(take_over=take_over)
            undo.pop_all()
        self._jobs: queue.SimpleQueue[tuple[Work, Future[Any]] | None] = queue.SimpleQueue()
        self._on_broken = on_broken
        self.broken = ""
        self._problem: BongsuError | None = None
        self.committed: Callable[[int, float], None] = _unmeasured
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run work in the next group and return its result once that group is on disk."""
        result: T = await asyncio.wrap_future(self.submit(work))
        return result

    def submit(self, work: Work) -> Future[Any]:
        """Queue work for the writer; its future resolves after the commit."""
        done: Future[Any] = Future()
        if self._problem is not None:
            done.set_exception(self._problem)
        else:
            self._jobs.put((work, done))
        return done

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run work on a reader's connection, off the loop."""
        return await asyncio.to_thread(self.read_now, work)

    def read_now(self, work: Callable[[Connection], T]) -> T:
        """Run work on a reader's connection, here and now."""
        with self.reader() as connection:
            return work(connection)

    @contextmanager
    def reader(self) -> Iterator[Connection]:
        """A reader's connection, for as long as the block runs."""
        with self._reading.connect() as connection:
            yield connection

    @contextmanager
    def still(self) -> Iterator[Connection]:
        """A reader's connection that shows one moment for as long as the block runs, and holds up nobody."""
        with self._reading.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    def close(self) -> None:
        """Finish what is queued, then let go of the file."""
        self._jobs.put(None)
        self._thread.join()
        self._let_go()

    def _prepare(self) -> None:
        if self._writing.dialect.name == "postgresql":
            engine.check_postgresql(self._writing)
            self.read_now(migrate.check)
        elif self.read_now(migrate.found) != schema.SCHEMA:
            with self._writing.begin() as connection:
                migrate.bring_up(connection)

    def _become_writer(self, *, take_over: bool) -> int:
        self._held = epoch.hold(self._writing, take_over=take_over)
        with self._writing.begin() as connection:
            return epoch.take(connection)

    def _let_go(self) -> None:
        if self._held is not None:
            with suppress(SQLAlchemyError):  # the server may be gone already
                self._held.close()
        self._writing.dispose()
        self._reading.dispose()

    def _run(self) -> None:
        group: list[tuple[Work, Future[Any]]] = []
        try:
            while (first := self._jobs.get()) is not None:
                # From here on nobody can cancel these; what was cancelled while it waited is not done at all.
                group = [job for job in (first, *self._waiting()) if job[1].set_running_or_notify_cancel()]
                self._commit(group)
                group = []
        finally:  # only a defect in a piece of work brings us here with a group in hand
            if group:
                self._fail(group, Unavailable("store.broken", detail="the writer thread ended"))

    def _waiting(self) -> Iterator[tuple[Work, Future[Any]]]:
        for _ in range(GROUP_AT_MOST - 1):
            if self._jobs.empty():
                return
            if (job := self._jobs.get()) is None:
                self._jobs.put(None)
                return
            yield job

    def _commit(self, group: list[tuple[Work, Future[Any]]]) -> None:
        if self._problem is not None:  # queued before anybody knew
            self._fail(group, self._problem)
            return
        results: list[tuple[Future[Any], Any, Exception | None]] = []
        begun = monotonic()
        try:
            with self._writing.begin() as connection:
                epoch.check(connection, self._mine)
                results = [(done, *_attempt(connection, work)) for work, done in group]
        except SQLAlchemyError as problem:
            if engine.is_full(problem):
                _refuse(group, Unavailable("store.full"))
            else:
                self._fail(group, Unavailable("store.broken", detail=engine.plain(problem)))
            return
        except Conflict as taken_over:
            self._fail(group, taken_over)
            return
        self.committed(len(group), monotonic() - begun)
        for done, result, fault in results:
            if fault is None:
                done.set_result(result)
            else:
                done.set_exception(fault)

    def _fail(self, group: list[tuple[Work, Future[Any]]], problem: BongsuError) -> None:
        first, self._problem = self._problem is None, problem
        self.broken = str(problem.facts.get("detail", problem))
        if first and self._on_broken is not None:
            self._on_broken(self.broken)
        _refuse(group, problem)


def _unmeasured(_pieces: int, _seconds: float) -> None:
    """Nobody asks how long a commit took."""


def _refuse(group: list[tuple[Work, Future[Any]]], problem: BongsuError) -> None:
    """Tell everybody in a group why nothing of it stands."""
    for _, done in group:
        done.set_exception(problem)


def _open(folder: Path, dsn: str) -> tuple[Engine, Engine]:
    """The engine that writes and the one that reads."""
    if dsn:
        return engine.postgresql(dsn), engine.postgresql(dsn)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / engine.FILE
    return engine.sqlite(path, writes=True), engine.sqlite(path, writes=False)


def _attempt(connection: Connection, work: Work) -> tuple[Any, Exception | None]:
    savepoint = connection.begin_nested()
    try:
        result = work(connection)
        savepoint.commit()
    except (SQLAlchemyError, BongsuError) as problem:
        if isinstance(problem, SQLAlchemyError) and engine.is_full(problem):
            raise  # the database may have rolled back more than the savepoint: nothing of the group stands
        savepoint.rollback()
        return None, problem
    return result, None
