"""What the city owns, from the store into memory and swapped by imports while the platform serves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from bongsu.city import City
from bongsu.core.asset import FacilityKind, Purpose
from bongsu.core.errors import Invalid, NotFound
from bongsu.core.ledger import LedgerRow
from bongsu.core.revision import PurposeTerms, RecordKind, Revision
from bongsu.desk import frozen
from bongsu.desk.board import Board
from bongsu.settings import CameraSettings
from bongsu.store import Store, assets

WORK_S, PAUSE_S = 0.001, 0.003
"""A millisecond of work, three of rest: the loop next door waits for the interpreter at most as long as one step."""

_DECODE: dict[str, Callable[..., Any]] = {
    assets.CAMERAS: assets.decode_cameras,
    assets.GROUND: assets.decode_ground,
    assets.BELLS: assets.decode_bells,
    assets.BOUNDARIES: assets.decode_boundaries,
    assets.FACILITIES: assets.decode_facilities,
    assets.DEVICES: assets.decode_devices,
}


def gentle() -> Callable[[], None]:
    """What long work calls between its steps: it rests whenever the work since the last rest was enough."""
    last = time.perf_counter()

    def breathe() -> None:
        nonlocal last
        if time.perf_counter() - last >= WORK_S:
            time.sleep(PAUSE_S)
            last = time.perf_counter()

    return breathe


def terms_of(records: Mapping[tuple[RecordKind, str], Revision]) -> dict[Purpose, PurposeTerms]:
    """On which terms cameras of each purpose are shown, by the records that hold now."""
    return {
        Purpose(name): record.body
        for (kind, name), record in records.items()
        if kind is RecordKind.PURPOSE and isinstance(record.body, PurposeTerms)
    }


def board_of(store: Store) -> Board:
    """The board as the journal left it: from its newest snapshot, and the entries after that."""
    found = store.find_snapshot()
    board = (frozen.find_board(found) if found is not None else None) or Board()
    store.replay(board.apply, board.seq)
    return board


def build(store: Store, assume: CameraSettings) -> City:
    """The city as the store has it."""
    return City(
        store.cameras(),
        store.ground(),
        assume,
        bells=store.bells(),
        facilities=store.facilities(),
        boundaries=store.boundaries(),
    )


async def swap(
    store: Store, old: City, assume: CameraSettings, layer: str, body: bytes, row: LedgerRow
) -> tuple[int, City]:
    """Replace a layer in the store; its version, and the city with it, built beside the loop.

    Devices are the telemetry process's to know: the city stays as it is.

    Raises NotFound("assets.layer"), Invalid("assets.unreadable"), all untouched.
    """
    if layer not in assets.LAYERS:
        raise NotFound("assets.layer", layer=layer)
    name, _, kind = layer.partition(".")
    try:
        records = await asyncio.to_thread(_DECODE[name], body, gentle())
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise Invalid("assets.unreadable", detail=str(problem)) from problem
    if kind and any(place.kind != kind for place in records):
        raise Invalid("assets.unreadable", detail=f"not all are of kind {kind}")
    version = await store.put_layer(layer, body, row)
    if layer == assets.DEVICES:
        return version, old
    return version, await asyncio.to_thread(_with, old, assume, name, kind, records)


def held_by(old: City) -> list[object]:
    """The records of a city, to be let go when the city itself is gone."""
    return [*old.given.cameras, *old.given.bells, *old.given.facilities]


def let_go(held: list[object]) -> None:
    """Free records in steps: a register freed at once is a stall too."""
    breathe = gentle()
    while held:
        del held[-assets.AT_ONCE :]
        breathe()


def _with(old: City, assume: CameraSettings, name: str, kind: str, records: Any) -> City:
    if kind:
        records = tuple(place for place in old.given.facilities if place.kind is not FacilityKind(kind)) + records
    given = replace(old.given, **{name: records})
    return City(
        given.cameras,
        given.ground,
        assume,
        bells=given.bells,
        facilities=given.facilities,
        boundaries=given.boundaries,
        old=old,
        breathe=gentle(),
    )
