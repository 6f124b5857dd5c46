"""Rows as Parquet: device (dictionary), result or lon and lat, phenomenon_time_ms, late; for anybody's tools."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bongsu.core.asking import POSITION
from bongsu.telemetry.archive.rows import NOTHING, Rows

GROUP_ROWS = 65_536
TIME = "phenomenon_time_ms"

_VALUES = {True: ("lon", "lat"), False: ("result",)}
_ENCODING = {"result": "BYTE_STREAM_SPLIT", "lon": "BYTE_STREAM_SPLIT", "lat": "BYTE_STREAM_SPLIT"}


def write_rows(rows: Rows, observed_property: str, file: BinaryIO) -> None:
    """Write rows of one property as one Parquet file."""
    values = _VALUES[observed_property == POSITION]
    with pq.ParquetWriter(
        file,
        _schema(values),
        compression="zstd",
        compression_level=1,
        use_dictionary=["device"],
        column_encoding={name: _ENCODING[name] for name in values} | {TIME: "DELTA_BINARY_PACKED"},
        write_statistics=["device", TIME],  # by which readers pass over what they do not want
        store_schema=False,
    ) as writer:
        for begin in range(0, len(rows), GROUP_ROWS):
            writer.write_table(_table(rows.take(slice(begin, begin + GROUP_ROWS)), values), row_group_size=GROUP_ROWS)


def read_rows(path: Path, observed_property: str, from_ms: int, to_ms: int, device: str | None = None) -> Rows:
    """A part's rows of [from_ms, to_ms), of one device where it is given.

    Raises FileNotFoundError where it was joined with others meanwhile; OSError, ArrowException where it is damaged.
    """
    form = ds.ParquetFileFormat(dictionary_columns=[] if device else ["device"])
    wanted = (ds.field(TIME) >= from_ms) & (ds.field(TIME) < to_ms)
    if device is not None:
        wanted &= ds.field("device") == device
    table = ds.dataset(str(path), format=form).to_table(filter=wanted, use_threads=False)
    return _rows(table, _VALUES[observed_property == POSITION])


def count_rows(path: Path) -> int:
    """How many rows a part has."""
    return int(pq.read_metadata(path).num_rows)


def _schema(values: Sequence[str]) -> Any:
    numbers = [pa.field(name, pa.float64(), nullable=False) for name in values]
    return pa.schema(
        [
            pa.field("device", pa.dictionary(pa.int32(), pa.string()), nullable=False),
            *numbers,
            pa.field(TIME, pa.int64(), nullable=False),
            pa.field("late", pa.bool_(), nullable=False),
        ]
    )


def _table(rows: Rows, values: Sequence[str]) -> Any:
    used, place = np.unique(rows.device, return_inverse=True)
    device = pa.DictionaryArray.from_arrays(pa.array(place.astype(np.int32)), rows.names.take(pa.array(used)))
    numbers = [pa.array(column) for column, _ in zip((rows.first, rows.second), values, strict=False)]
    columns = [device, *numbers, pa.array(rows.time_ms), pa.array(rows.late)]
    return pa.Table.from_arrays(columns, schema=_schema(values))


def _rows(table: Any, values: Sequence[str]) -> Rows:
    if not len(table):
        return NOTHING
    device = table.column("device")
    if not pa.types.is_dictionary(device.type):
        device = device.dictionary_encode()
    whole = device.unify_dictionaries().combine_chunks()
    first = _floats(table, values[0])
    second = _floats(table, values[1]) if len(values) > 1 else np.full(len(first), np.nan)
    return Rows(
        whole.dictionary,
        np.asarray(whole.indices).astype(np.int32),
        first,
        second,
        table.column(TIME).to_numpy(),
        table.column("late").to_numpy(),
    )


def _floats(table: Any, name: str) -> NDArray[np.float64]:
    values: NDArray[np.float64] = table.column(name).to_numpy()
    return values
