"""Rows are what they were, whichever way they were packed."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as some

from bongsu.telemetry.archive.days import DAY_MS, begin_ms, day_of
from bongsu.telemetry.archive.parquet import read_rows, write_rows
from bongsu.telemetry.archive.rows import Rows, joined, once
from bongsu.telemetry.archive.sealed import _columns, _rows

DAY = 20_000
A_ROW = some.tuples(
    some.sampled_from(["a", "b", "ㄱ", "z-9"]),
    some.floats(-1e6, 1e6),
    some.integers(begin_ms(DAY), begin_ms(DAY + 1) - 1),
)


def rows_of(*rows):
    names = sorted({row[0] for row in rows})
    return Rows(
        pa.array(names, pa.string()),
        np.array([names.index(row[0]) for row in rows], np.int32),
        np.array([row[1] for row in rows], np.float64),
        np.full(len(rows), np.nan),
        np.array([row[2] for row in rows], np.int64),
        np.zeros(len(rows), np.bool_),
    )


def plain(rows):
    names = rows.names.to_pylist()
    return [(names[at], value, time) for at, value, time in zip(rows.device, rows.first, rows.time_ms, strict=True)]


@given(some.lists(some.lists(A_ROW, max_size=6), max_size=5))
def test_joined_rows_are_all_the_rows_in_order(parts):
    assert plain(joined([rows_of(*part) for part in parts])) == [row for part in parts for row in part]


@given(some.lists(A_ROW, max_size=12))
def test_once_keeps_the_first_of_each_device_and_time_sorted(rows):
    first = {}
    for row in rows:
        first.setdefault((row[0], row[2]), row)
    assert plain(once(rows_of(*rows), DAY)) == [
        first[key] for key in sorted(first, key=lambda at: (at[0].encode(), at[1]))
    ]


@given(some.lists(A_ROW, min_size=1, max_size=12))
def test_rows_come_back_from_parquet_as_they_went(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("parquet") / "part.parquet"
    with path.open("wb") as file:
        write_rows(rows_of(*rows), "power", file)
    assert plain(read_rows(path, "power", begin_ms(DAY), begin_ms(DAY + 1))) == rows
    assert plain(read_rows(path, "power", 0, begin_ms(DAY + 1), "a")) == [row for row in rows if row[0] == "a"]


@given(some.lists(A_ROW, max_size=12))
def test_rows_come_back_from_a_sealed_block_as_they_went(rows):
    assert plain(_rows(_columns(rows_of(*rows)))) == rows


@given(some.integers(0, 4_000_000_000_000))
def test_every_moment_lies_in_its_day(time_ms):
    day = day_of(time_ms)
    assert begin_ms(day) <= time_ms < begin_ms(day) + DAY_MS == begin_ms(day + 1)
