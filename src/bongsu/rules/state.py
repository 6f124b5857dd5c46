"""What a rule remembers between batches: columns by slot, only for the rows of the register it covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

DIGITS = "0123456789"
Ints = NDArray[np.integer[Any]]
Column = tuple[str, float]
"""A column's type in NumPy's words and what it holds at the beginning."""
Shape = Mapping[str, Mapping[str, Column]]
"""The columns of each table of a rule's state."""


class Spell(NamedTuple):
    """One site under one rule: how many devices are in danger, and when that, or the last time, began (0: never)."""

    devices: int
    began_ms: int


class Move(NamedTuple):
    """New values of some slots of one table."""

    table: str
    slots: Ints
    columns: Mapping[str, NDArray[Any]]


class Moves(NamedTuple):
    """What a batch changes in a state, once its detections are kept."""

    moves: tuple[Move, ...] = ()
    spells: Mapping[str, Spell] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by slot. `rows` (N) is each slot's row in the register, `slot` (R) a row's slot or -1 where uncovered.

    `live` (N) is false for slots whose row the rule covers no more.
    """

    rows: NDArray[np.int32]
    slot: NDArray[np.int32]
    live: NDArray[np.bool_]
    columns: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class State:
    """A rule's memory; `detect` only reads it, `advance` changes it in place. `spells` are by site id."""

    tables: Mapping[str, Table]
    spells: dict[str, Spell] = field(default_factory=dict)

    def advance(self, moves: Moves) -> None:
        """Make true what a batch changed; its detections are kept."""
        for move in moves.moves:
            table = self.tables[move.table]
            for name, values in move.columns.items():
                table.columns[name][move.slots] = values
        self.spells.update(moves.spells)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Everything as arrays, for a snapshot: "<table>.<column>", a table's rows, and the spells."""
        given: dict[str, NDArray[Any]] = {}
        for name, table in self.tables.items():
            given[f"{name}.rows"] = table.rows
            given.update({f"{name}.{column}": values for column, values in table.columns.items()})
        given["spells.site"] = np.array(list(self.spells), np.str_)
        given["spells.devices"] = np.array([spell.devices for spell in self.spells.values()], np.int32)
        given["spells.began_ms"] = np.array([spell.began_ms for spell in self.spells.values()], np.int64)
        return given

    @staticmethod
    def of(columns: Mapping[str, NDArray[Any]]) -> State:
        """The state that gave these `columns`; nothing is covered until it is `fitted`. Raises KeyError."""
        named: dict[str, dict[str, NDArray[Any]]] = {}
        for key, values in columns.items():
            table, _, column = key.partition(".")
            named.setdefault(table, {})[column] = values
        kept = named.pop("spells")
        sites = (str(site) for site in kept["site"])
        spells = map(Spell, kept["devices"].tolist(), kept["began_ms"].tolist())
        tables = {name: _table(held.pop("rows").astype(np.int32), held) for name, held in named.items()}
        return State(tables, dict(zip(sites, spells, strict=True)))


def fitted(shape: Shape, covers: Mapping[str, Ints], total: Mapping[str, int], old: State | None = None) -> State:
    """A state of this shape in which every covered row has a slot; what the `old` one remembers of a row stays.

    `covers` names the covered rows of each table; `total` how many streams, devices and sites the register has: a table
    such as "stream2" is about streams.
    """
    tables = {}
    for name, columns in shape.items():
        held = old.tables.get(name) if old is not None else None
        tables[name] = _fitted(columns, np.asarray(covers[name], np.int32), total[name.rstrip(DIGITS)], held)
    return State(tables, {} if old is None else dict(old.spells))


def _fitted(shape: Mapping[str, Column], covered: NDArray[np.int32], total: int, old: Table | None) -> Table:
    rows = covered if old is None else np.concatenate([old.rows, _without(covered, old.rows, total)])
    columns = {}
    for name, (dtype, start) in shape.items():
        values = np.full(_size(len(rows), dtype), start, _plain(dtype))
        if old is not None and name in old.columns and old.columns[name].shape[1:] == values.shape[1:]:
            values[: len(old)] = old.columns[name]
        columns[name] = values
    slot = np.full(total, -1, np.int32)
    slot[rows] = np.arange(len(rows), dtype=np.int32)
    covers = np.zeros(total, np.bool_)
    covers[covered] = True
    slot[~covers] = -1
    return Table(rows.astype(np.int32), slot, covers[rows], columns)


def _without(rows: NDArray[np.int32], known: NDArray[np.int32], total: int) -> NDArray[np.int32]:
    """The rows that are not known yet; of a million, sorting them by `setdiff1d` takes a hundred times as long."""
    is_known = np.zeros(total, np.bool_)
    is_known[known] = True
    return rows[~is_known[rows]]


def _table(rows: NDArray[np.int32], columns: Mapping[str, NDArray[Any]]) -> Table:
    return Table(rows, np.full(0, -1, np.int32), np.zeros(len(rows), np.bool_), columns)


def _size(rows: int, dtype: str) -> int | tuple[int, int]:
    """A type such as "168f4" is 168 numbers a slot."""
    width = dtype.rstrip(DIGITS).rstrip("abcdefghijklmnopqrstuvwxyz")
    return (rows, int(width)) if width else rows


def _plain(dtype: str) -> str:
    return dtype.lstrip(DIGITS)


class Work:
    """A copy of some slots' columns, changed round by round; the state itself is not touched.

    Each column is copied when it is first asked for: of millions of rows, each costs a miss of the cache.
    """

    def __init__(self, name: str, table: Table, slots: Ints) -> None:
        self.name = name
        self.slots = slots
        self.rows = table.rows[slots]
        self._table = table
        self._columns: dict[str, NDArray[Any]] = {}
        self._before: dict[str, NDArray[Any]] = {}

    def __getitem__(self, column: str) -> NDArray[Any]:
        if (held := self._columns.get(column)) is not None:
            return held
        before = self._before[column] = self._table.columns[column][self.slots]
        copied = self._columns[column] = before.copy()
        return copied

    def move(self) -> Move:
        """What these slots hold now, of the columns in which anything changed."""
        changed = {name: now for name, now in self._columns.items() if not np.array_equal(now, self._before[name])}
        return Move(self.name, self.slots, changed)
