"""One database, one writer thread, grouped commits: an fsync never blocks the event loop.

Each piece of work runs in its own savepoint, so one that fails leaves the others of its group standing; all of a
group become durable in one commit, and only then does anybody hear of them. A commit that fails is never tried
again: the store is broken from then on, and the process must end and recover.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.exc import SQLAlchemyError

from bongsu.core.errors import BongsuError, Conflict, Unavailable
from bongsu.store import schema

BUSY_TIMEOUT_MS = 60_000
GROUP_AT_MOST = 256

T = TypeVar("T")
Work = Callable[[Connection], Any]


def _sqlite(path: Path, *, writes: bool) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def tune(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # SQLAlchemy begins and commits, not the driver
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_TIMEOUT_MS}"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class Database:
    """The open database of one data folder."""

    def __init__(self, folder: Path, *, on_broken: Callable[[str], None] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "bongsu.db"
        self._writing = _sqlite(path, writes=True)
        self._reading = _sqlite(path, writes=False)
        self._jobs: queue.SimpleQueue[tuple[Work, Future[Any]] | None] = queue.SimpleQueue()
        self._on_broken = on_broken
        self.broken = ""
        self._prepare()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run work in the next group and return its result once that group is on disk."""
        result: T = await asyncio.wrap_future(self.submit(work))
        return result

    def submit(self, work: Work) -> Future[Any]:
        """Queue work for the writer; its future resolves after the commit."""
        done: Future[Any] = Future()
        if self.broken:
            done.set_exception(Unavailable("store.broken", detail=self.broken))
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

    def close(self) -> None:
        """Finish what is queued, then let go of the file."""
        self._jobs.put(None)
        self._thread.join()
        self._writing.dispose()
        self._reading.dispose()

    def _prepare(self) -> None:
        with self._writing.begin() as connection:
            schema.metadata.create_all(connection)
            found = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.name == "schema"))
            if found is None:
                connection.execute(schema.meta.insert().values(name="schema", value=str(schema.SCHEMA)))
            elif int(found) > schema.SCHEMA:
                raise Conflict("store.newer", found=found, known=schema.SCHEMA)

    def _run(self) -> None:
        group: list[tuple[Work, Future[Any]]] = []
        try:
            while (first := self._jobs.get()) is not None:
                group = [first, *self._waiting()]
                self._commit(group)
                group = []
        finally:  # only a defect in a piece of work brings us here with a group in hand
            if group:
                self._fail(group, "the writer thread ended")

    def _waiting(self) -> Iterator[tuple[Work, Future[Any]]]:
        for _ in range(GROUP_AT_MOST - 1):
            if self._jobs.empty():
                return
            if (job := self._jobs.get()) is None:
                self._jobs.put(None)
                return
            yield job

    def _commit(self, group: list[tuple[Work, Future[Any]]]) -> None:
        results: list[tuple[Future[Any], Any, Exception | None]] = []
        try:
            with self._writing.begin() as connection:
                results = [(done, *_attempt(connection, work)) for work, done in group]
        except SQLAlchemyError as problem:
            self._fail(group, str(problem))
            return
        for done, result, fault in results:
            if fault is None:
                done.set_result(result)
            else:
                done.set_exception(fault)

    def _fail(self, group: list[tuple[Work, Future[Any]]], detail: str) -> None:
        self.broken = detail
        if self._on_broken is not None:
            self._on_broken(detail)
        for _, done in group:
            done.set_exception(Unavailable("store.broken", detail=detail))


def _attempt(connection: Connection, work: Work) -> tuple[Any, Exception | None]:
    savepoint = connection.begin_nested()
    try:
        result = work(connection)
        savepoint.commit()
    except (SQLAlchemyError, BongsuError) as problem:
        savepoint.rollback()
        return None, problem
    return result, None
