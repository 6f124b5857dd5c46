"""What holds of PostgreSQL alone: two accounts, one session that writes, and a server that goes away."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import make_url
from sqlalchemy.exc import ProgrammingError

from bongsu.core.errors import Conflict, Invalid, NotFound, Unavailable
from bongsu.core.ledger import Act, LedgerRow
from bongsu.desk.board import Board
from bongsu.store import Store, engine, migrate, schema
from bongsu.store.engine import with_password
from bongsu.store.restore import restore
from fakes.desk import NOON
from fakes.stores import OnPostgres, OnSqlite, an_entry

ROW = LedgerRow(at=NOON, act=Act.BACKUP, who="kim")


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE mine (x int)",
        "DROP TABLE ledger",
        "ALTER TABLE ledger ADD COLUMN x int",
        "TRUNCATE ledger",
        "CREATE INDEX mine ON ledger (at)",
        "DROP INDEX ledger_kept",
        "CREATE SCHEMA mine",
    ],
)
def test_the_platforms_account_can_make_change_and_drop_nothing(place, sql):
    before = place.run("select table_name, grantee from information_schema.role_table_grants order by 1, 2")
    with pytest.raises(ProgrammingError, match=r"42501|permission denied|must be owner"):
        place.run(sql)
    after = place.run("select table_name, grantee from information_schema.role_table_grants order by 1, 2")
    assert after == before


def test_an_account_that_could_change_tables_is_not_admitted(cluster):
    owner = cluster.database()
    made = engine.postgresql(owner)
    with made.begin() as connection:
        migrate.bring_up(connection)
    with made.connect() as connection:
        with pytest.raises(Conflict, match="store.role_too_strong"):
            migrate.admit(connection, cluster.owner)
        with pytest.raises(NotFound, match="store.role"):
            migrate.admit(connection, "nobody_of_this_name")
    made.dispose()


def test_an_older_or_empty_database_is_refused_with_the_command_that_helps(cluster, tmp_path):
    owner, role = cluster.database(), cluster.role()
    dsn = owner.replace(cluster.owner, role)
    with pytest.raises(Conflict, match="store.older") as refused:
        Store(tmp_path, dsn=dsn)
    assert "bongsu migrate" in refused.value.facts["command"]
    made = engine.postgresql(owner)
    with made.begin() as connection:
        migrate.change(connection, 1)
    with pytest.raises(Conflict, match="store.older"):
        Store(tmp_path, dsn=owner)
    with made.begin() as connection:
        assert migrate.bring_up(connection) == (1, schema.SCHEMA)
        migrate.admit(connection, role)
    with made.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), schema.metadata)
    made.dispose()
    assert [difference for difference in differences if "alembic_version" not in str(difference)] == []
    Store(tmp_path, dsn=dsn).close()


def test_a_newer_database_is_refused_untouched(cluster, tmp_path):
    owner = cluster.database()
    made = engine.postgresql(owner)
    with made.begin() as connection:
        migrate.bring_up(connection)
        connection.exec_driver_sql("update meta set value = '99' where name = 'schema'")
    place = OnSqlite(tmp_path)
    place.dsn = owner
    before = [place.run(f"select * from {table.name}") for table in schema.metadata.sorted_tables]
    with pytest.raises(Conflict, match="store.newer"):
        Store(tmp_path, dsn=owner)
    with pytest.raises(Conflict, match="store.newer"), made.begin() as connection:
        migrate.bring_up(connection)
    made.dispose()
    assert [place.run(f"select * from {table.name}") for table in schema.metadata.sorted_tables] == before


async def test_a_second_platform_is_refused_while_the_first_runs(place, store):
    with pytest.raises(Conflict, match="store.in_use"):
        place.open()
    await store.note(ROW)


async def test_nothing_is_restored_over_a_running_platform(place, store, tmp_path):
    await store.append(an_entry())
    await store.back_up(tmp_path / "b", ROW)
    with pytest.raises(Conflict, match="store.in_use"):
        restore(tmp_path / "b", tmp_path, place.dsn, to=None, replace=True, now=NOON, who="kim")
    await store.note(ROW)


async def test_a_session_the_server_ended_breaks_the_store_and_the_next_start_has_all_that_was_acknowledged(place):
    heard = []
    broken = place.open(on_broken=heard.append)
    assert await broken.append(an_entry()) == 1
    with pytest.raises(Unavailable, match="store.broken"):
        await broken.db.write(lambda c: c.exec_driver_sql("select pg_terminate_backend(pg_backend_pid())"))
    assert len(heard) == 1
    broken.close()
    again = place.open()
    seen = []
    again.replay(seen.append)
    assert [recorded.seq for recorded in seen] == [1]
    again.close()


async def test_a_city_moves_from_sqlite_to_postgresql_and_back(place, tmp_path):
    first = OnSqlite(tmp_path / "first")
    store = first.open()
    for n in range(5):
        await store.append(an_entry(keys=(f"{n}",), incident=f"I{n}"))
    digests = [_digest(store)]
    await store.back_up(tmp_path / "1", ROW)
    store.close()
    last = OnSqlite(tmp_path / "last")
    for file, target in (("1", place), ("2", last)):
        restore(tmp_path / file, target.folder, target.dsn, to=None, replace=False, now=NOON, who="kim")
        store = target.open()
        digests.append(_digest(store))
        await store.back_up(tmp_path / str(int(file) + 1), ROW)
        store.close()
    assert len(set(digests)) == 1


def _digest(store):
    board = Board()
    store.replay(board.apply)
    return board.digest()


def test_commits_are_durable_whatever_the_servers_own_settings_say(place, store):
    place._cluster.command("ALTER SYSTEM SET synchronous_commit = off")
    place._cluster.command("SELECT pg_reload_conf()")
    try:
        said = store.db.submit(lambda c: c.exec_driver_sql("show synchronous_commit").scalar()).result(5)
        fresh = place.run("show synchronous_commit")
    finally:
        place._cluster.command("ALTER SYSTEM RESET synchronous_commit")
        place._cluster.command("SELECT pg_reload_conf()")
    assert said == "on"
    assert fresh[0][0] == "on"


@pytest.mark.parametrize(
    "dsn",
    ["mysql://u@h/db", "postgresql://u@h", "not a dsn", "postgresql://u@h/db?sslmode=no", "postgresql://u@h/db?x=1"],
)
def test_an_address_that_is_none_is_said(tmp_path, dsn):
    with pytest.raises(Invalid, match="store.dsn"):
        Store(tmp_path, dsn=dsn)


def test_a_password_stands_in_the_environment_alone():
    whole = with_password("postgresql://u@h:5432/db?sslmode=disable", "p@ss/word:1")
    assert make_url(whole).password == "p@ss/word:1"
    assert with_password("postgresql://u@h/db", "") == "postgresql://u@h/db"
    with pytest.raises(Invalid, match="store.dsn_password"):
        with_password("postgresql://u:secret@h/db", "")


def test_a_server_that_does_not_answer_is_said_without_a_word_of_the_password(tmp_path):
    with pytest.raises(Unavailable, match="store.unreachable") as refused:
        Store(tmp_path, dsn="postgresql://u:secret@127.0.0.1:1/db")
    assert "secret" not in str(refused.value)


@pytest.fixture
def place(tmp_path, cluster):
    found = OnPostgres(tmp_path, cluster)
    yield found
    found.give_back()


@pytest.fixture
def store(place):
    opened = place.open()
    yield opened
    opened.close()
