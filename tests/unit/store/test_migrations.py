"""A store of an older release opens with all it holds; what the migrations make is what the schema says."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from bongsu.core.entry import SCHEMA, Entry
from bongsu.core.report import Severity, Status
from bongsu.core.request import Request
from bongsu.desk.board import Board
from bongsu.store import Store, engine, migrate, schema
from bongsu.store.upcast import upcast, upcast_request
from fakes.desk import NOON
from fakes.stores import OnSqlite

GOLDEN = Path(__file__).parents[2] / "golden" / "journal-1.msgpack"
_read_entry = msgspec.msgpack.Decoder(Entry).decode
_read_request = msgspec.msgpack.Decoder(Request).decode


def golden_rows():
    return msgspec.msgpack.decode(GOLDEN.read_bytes())["entries"]


def a_store_of_release_0_1_0(folder: Path) -> None:
    """The golden journal in the tables of 0.1.0: with its number in `meta` alone, as that release left it."""
    made = engine.sqlite(folder / engine.FILE, writes=True)
    with made.begin() as connection:
        migrate.change(connection, 1)
        connection.exec_driver_sql("drop table alembic_version")
        for seq, number, body in golden_rows():
            entry = msgspec.msgpack.decode(body)
            connection.exec_driver_sql(
                "insert into entries values (?, ?, 'i', 'opened', ?, ?)", (seq, number, NOON.timestamp() + seq, body)
            )
            for request in entry.get("requests", ()):
                connection.exec_driver_sql(
                    "insert into outbox values (?, ?, 'waiting', 0, 0, '', ?)",
                    (request["key"], seq, msgspec.msgpack.encode(request)),
                )
        connection.exec_driver_sql("insert into reports values ('S', 'K', 'd', 3, 'i', x'81')")
        connection.exec_driver_sql("insert into users values ('kim', 'kim', 'operator', '', '$argon2')")
    made.dispose()


async def test_a_store_of_release_0_1_0_opens_with_all_it_holds(tmp_path):
    a_store_of_release_0_1_0(tmp_path)
    place = OnSqlite(tmp_path)
    store, board = place.open(), Board()
    store.replay(board.apply)
    assert board.seq == len(golden_rows())
    waiting = await store.due(NOON, 999)
    asked = [request for _, _, body in golden_rows() for request in msgspec.msgpack.decode(body).get("requests", ())]
    assert sorted(letter.request.key for letter in waiting) == sorted(request["key"] for request in asked)
    assert (await store.find_user("kim")).suspended is False
    assert place.run("select at from reports")[0][0] == NOON.timestamp() + 3
    store.close()
    assert place.run("select value from meta where name = 'schema'")[0][0] == str(schema.SCHEMA)
    assert [bytes(row[0]) for row in place.run("select body from entries order by seq")] == [
        body for _, _, body in golden_rows()
    ]


def test_a_migration_that_fails_leaves_the_store_as_it_was(tmp_path):
    a_store_of_release_0_1_0(tmp_path)
    place = OnSqlite(tmp_path)
    place.run("create table snapshots (x int)")  # in the way of 0002, after its first table
    with pytest.raises(OperationalError, match="snapshots"):
        Store(tmp_path)
    assert place.run("select value from meta where name = 'schema'")[0][0] == "1"
    assert place.run("select count(*) from sqlite_master where name = 'epoch'")[0][0] == 0


def test_what_the_migrations_make_is_what_the_schema_says(tmp_path):
    made = engine.sqlite(tmp_path / "by-migrations", writes=True)
    with made.begin() as connection:
        migrate.change(connection, schema.SCHEMA)
        differences = compare_metadata(MigrationContext.configure(connection), schema.metadata)
        indexes = _indexes(connection)
    made.dispose()
    fresh = engine.sqlite(tmp_path / "fresh", writes=True)
    with fresh.begin() as connection:
        migrate.bring_up(connection)
        assert _indexes(connection) == indexes
    fresh.dispose()
    assert [difference for difference in differences if "alembic_version" not in str(difference)] == []


def _indexes(connection):
    return sorted(connection.exec_driver_sql("select name, tbl_name from sqlite_master where type = 'index'").all())


def test_the_golden_journal_of_each_release_reads_as_entries_of_today():
    for _, number, body in golden_rows():
        assert _read_entry(upcast(body, number)).changes


texts = st.text(max_size=12)
places = st.fixed_dictionaries({"lon": st.floats(120, 135), "lat": st.floats(30, 40)})
incidents_1 = st.fixed_dictionaries(
    {
        "id": texts,
        "version": st.integers(1, 99),
        "kind": texts,
        "severity": st.sampled_from([severity.value for severity in Severity]),
        "state": st.sampled_from(["open", "accepted", "closed", "cancelled"]),
        "status": st.sampled_from([status.value for status in Status]),
        "sender": texts,
        "occurrence": texts,
        "event_code": texts,
        **{name: st.just(NOON) for name in ("opened_at", "changed_at", "occurred_at", "stated_at")},
    },
    optional={"also": st.lists(texts, max_size=3), "where": st.none() | places, "text": texts, "close_note": texts},
)
requests_1 = st.fixed_dictionaries(
    {
        "key": texts,
        "agency": texts,
        "ask": st.sampled_from(["offer_video", "end_video", "show_scene"]),
        "incident": incidents_1,
        "grant": st.none(),
        "until": st.just(NOON),
    }
)
entries_1 = st.fixed_dictionaries(
    {
        "change": st.fixed_dictionaries(
            {"what": st.sampled_from(["opened", "closed", "moved"]), "incident": incidents_1, "at": st.just(NOON)},
            optional={"by": texts},
        )
    },
    optional={"requests": st.lists(requests_1, max_size=2)},
)


@given(entries_1.map(lambda fields: {**fields, "change": {"by": "", **fields["change"]}}))
def test_any_entry_of_schema_1_reads_as_one_of_today(fields):
    entry = _read_entry(upcast(msgspec.msgpack.encode(fields), 1))
    told = fields["change"]["incident"]
    (change,) = entry.changes
    assert (change.incident.id, change.incident.text) == (told["id"], told.get("text", ""))
    rejoined = [f"{case.sender}/{case.occurrence}" for case in change.incident.also]
    assert rejoined == [case if "/" in case else f"{case}/" for case in told.get("also", [])]
    assert [request.key for request in entry.requests] == [request["key"] for request in fields.get("requests", [])]


@given(requests_1)
def test_any_request_of_schema_1_reads_as_one_of_today(fields):
    assert _read_request(upcast_request(msgspec.msgpack.encode(fields), 1)).key == fields["key"]
    assert SCHEMA == 2, "a new schema needs its own property"
