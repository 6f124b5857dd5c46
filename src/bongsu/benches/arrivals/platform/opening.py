"""A whole core of the product made ready for a run: its own store, the city's ground, the register of signals."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from bongsu.app import Core
from bongsu.benches.arrivals.kinds import Arms, Junction, Rig
from bongsu.benches.arrivals.platform.cabinets import SETTLE_S, Cabinets, cabinets
from bongsu.benches.arrivals.platform.clock import Driven
from bongsu.benches.arrivals.platform.dispatcher import WHO
from bongsu.benches.arrivals.platform.lockstep import Lockstep
from bongsu.core.asset import Ground
from bongsu.core.command import Revise
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.revision import RecordKind
from bongsu.imports.osm import read
from bongsu.settings import Secrets, Settings, SignalSettings
from bongsu.store import Store, assets

KEY = "arrivals"
FIRST_S = -60.0
"""The second of the first tick at the earliest."""
LOCAL = "127.0.0.0/8"


@asynccontextmanager
async def platform(
    osm: Path, rigs: Sequence[Rig], junctions: Sequence[Junction], arms: Arms, folder: Path, begins_at: datetime
) -> AsyncIterator[Lockstep]:
    """A platform whose data live in `folder`, which is emptied first. Raises Invalid as an import of the map does."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    clock = Driven(begins_at, FIRST_S - SETTLE_S)
    settings = Settings(
        data=str(folder),
        signals=SignalSettings(enabled=arms.preemption, networks=(LOCAL,), timeout_s=10.0),
        services={"fire_dispatch": {"candidates": max(1, sum(rig.kind == "engine" for rig in rigs))}},
    )
    store = Store(folder)
    try:
        await store.put_layer(assets.GROUND, assets.encode_ground(_ground(osm)), _row(clock))
        async with cabinets(junctions, KEY, clock.clocks.now_ms) as road:
            clock.at_s = FIRST_S
            road.lights()
            core = Core(settings, Secrets(theirs={}, ours={}, signals=KEY), store, clock.clocks)
            async with _running(core, road):
                yield Lockstep(core, clock, rigs, arms, road)
    finally:
        store.close()


@asynccontextmanager
async def _running(core: Core, road: Cabinets) -> AsyncIterator[None]:
    """The core with its inbox at work, its streets built and its signals registered."""
    working = asyncio.create_task(core.inbox.run())
    try:
        await core.begin()
        await core.lookouts.wayfinding.build()
        # Numbered: SUMO's names of joined junctions have characters no record of the register is called by.
        for number, signal in enumerate(road.signals.values(), start=1):
            name = f"signal-{number}"
            await core.order(
                Revise(kind=RecordKind.SIGNAL, id=name, body=signal, version=0, by=WHO, note="signals import")
            )
        yield
    finally:
        await core.signalling.close()
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


@lru_cache(maxsize=2)
def _ground(osm: Path) -> Ground:
    return read(osm)[0]


def _row(clock: Driven) -> LedgerRow:
    return LedgerRow(at=clock.clocks.now(), act=Act.IMPORT, who=WHO, reason="ground")
