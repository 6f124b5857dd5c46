"""Stores to try things on: SQLite in a folder, and PostgreSQL as its owner prepared it for the platform's account."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from bongsu.core.entry import Entry
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.report import Report
from bongsu.core.request import Ask, ask_of
from bongsu.desk.board import Board
from bongsu.desk.hear import hear
from bongsu.store import Store, engine, migrate, schema
from fakes.desk import NOON, FlatCity, a_report
from fakes.postgres import Cluster

KEPT = ("meta", "epoch", "alembic_version")


class OnSqlite:
    """The embedded dialect."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.dsn = folder, ""

    def open(self, **more: Any) -> Store:
        return Store(self.folder, dsn=self.dsn, **more)

    def run(self, sql: str) -> Any:
        """What an intruder with the database's password would do: the rows of one statement."""
        made = engine.postgresql(self.dsn) if self.dsn else engine.sqlite(self.folder / engine.FILE, writes=True)
        with made.begin() as connection:
            done = connection.exec_driver_sql(sql)
            rows = done.all() if done.returns_rows else []
        made.dispose()
        return rows

    def another(self, folder: Path) -> OnSqlite:
        """A second, empty store of the same dialect."""
        return OnSqlite(folder)


class OnPostgres(OnSqlite):
    """A fresh database of the cluster, with an account for the platform."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        super().__init__(folder)
        self._cluster = cluster
        self._more: list[OnPostgres] = []
        self.owner, self.role = cluster.spare.pop() if cluster.spare else _prepared(cluster)
        self.dsn = self.owner.replace(cluster.owner, self.role)

    def another(self, folder: Path) -> OnPostgres:
        self._more.append(OnPostgres(folder, self._cluster))
        return self._more[-1]

    def give_back(self) -> None:
        """Empty the database for the next test: making one takes longer than most tests."""
        tables = ", ".join(table.name for table in schema.metadata.sorted_tables if table.name not in KEPT)
        self._cluster.command(f"TRUNCATE {tables}", self.owner)
        self._cluster.command("UPDATE epoch SET number = 0", self.owner)
        self._cluster.spare.append((self.owner, self.role))
        for place in self._more:
            place.give_back()


def _prepared(cluster: Cluster) -> tuple[str, str]:
    owner, role = cluster.database(), cluster.role()
    made = engine.postgresql(owner)
    with made.begin() as connection:
        migrate.bring_up(connection)
        migrate.admit(connection, role)
    made.dispose()
    return owner, role


def an_entry(
    report: Report | None = None, keys: tuple[str, ...] = ("a",), incident: str = "", at: datetime = NOON
) -> Entry:
    """An opened case with a request for each key and one ledger row."""
    change = hear(Board(), report or a_report(), FlatCity(), at).changes[0]
    if incident:
        change = replace(change, incident=replace(change.incident, id=incident))
    requests = tuple(
        ask_of(key, "police_video", Ask.OFFER_VIDEO, change.incident, None, at=NOON, for_s=60) for key in keys
    )
    rows = (LedgerRow(at=NOON, act=Act.GRANT, who="POLICE112"),)
    return Entry(changes=(change,), requests=requests, rows=rows)
