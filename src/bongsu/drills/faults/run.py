"""One run of the drill, from an empty folder to a verdict."""

from __future__ import annotations

import asyncio
import importlib.util
import signal
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from bongsu.core.geo import Point
from bongsu.drills.faults import cuts, kills, partitions, variants
from bongsu.drills.faults.findings import Findings
from bongsu.drills.faults.plan import LOCAL, Plan
from bongsu.drills.faults.report import report
from bongsu.drills.faults.server import running
from bongsu.drills.faults.stage import Stage, set_up
from bongsu.drills.outcome import Outcome
from bongsu.drills.police_video.ground import Ground, furnish, lay
from bongsu.drills.police_video.plan import Plan as CityPlan
from bongsu.world import scene
from bongsu.world.police112.stories import KINDS

Tell = Callable[[str], None]
MakeGround = Callable[[str], Awaitable[Stage]]


async def drill(plan: Plan, tell: Tell, *, keep: Path | None = None) -> Outcome:
    """Run every phase in a temporary folder (or in `keep`, which stays), each on a ground of its own.

    Raises Unavailable when the ground cannot be laid.
    """
    began = time.monotonic()
    found = Findings(plan=plan)
    _end_in_order()
    with tempfile.TemporaryDirectory(prefix="bongsu-faults-") as temporary:
        folder = keep.resolve() if keep is not None else Path(temporary)
        template = lay(folder / "city")
        template.folder.mkdir(parents=True)
        await furnish(template, CityPlan(seed=plan.seed), KINDS, tell)
        places = tuple(eye.where for eye in scene.load(template.folder / "city").cameras)
        await _phases(found, folder, template, places, tell)
    found.seconds = round(time.monotonic() - began, 1)
    return report(found)


def _end_in_order() -> None:
    """Told to end, the drill takes everything down that it put up: processes, mounts, network namespaces."""
    if (task := asyncio.current_task()) is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


async def _phases(found: Findings, folder: Path, template: Ground, places: Sequence[Point], tell: Tell) -> None:
    plan = found.plan
    async with AsyncExitStack() as ends:
        server = await ends.enter_async_context(running()) if plan.dsn == LOCAL else None

        async def ground(name: str) -> Stage:
            return await set_up(folder / name, template, server, "" if server else plan.dsn)

        await _kills(found, ground, places, tell)
        if plan.dsn:
            found.left_out.append("power cuts and a full disk: on SQLite only")
        if plan.dsn and server is None:
            found.left_out.append(f"partitions, kills of the database and its bad variant: only with --dsn {LOCAL}")
            return
        if plan.partitions:
            found.partitions = await partitions.exercise(await ground("partitions"), plan, places, tell)
        if server is not None:
            found.variants.append(await variants.hasty_database(await ground("hasty"), plan, places, tell))
        elif plan.power_cuts:
            await _cuts(found, ground, places, tell)


async def _kills(found: Findings, ground: MakeGround, places: Sequence[Point], tell: Tell) -> None:
    if found.plan.kills:
        found.killed = await kills.exercise(await ground("kills"), found.plan, places, tell)
        found.variants.append(variants.forgetful(found.killed))


async def _cuts(found: Findings, ground: MakeGround, places: Sequence[Point], tell: Tell) -> None:
    if why := no_disk():
        found.left_out.append(why)
        return
    found.cuts = await cuts.exercise(await ground("cuts"), found.plan, places, tell, times=found.plan.power_cuts)
    found.variants.append(await variants.hasty(await ground("hasty"), found.plan, places, tell))


def no_disk() -> str:
    """Why there can be no disk that forgets on this machine; "" when there can."""
    if importlib.util.find_spec("mfusepy") is None:
        return "power cuts and a full disk: the extra `faults` is not installed"
    if not Path("/dev/fuse").exists():
        return "power cuts and a full disk: this machine has no /dev/fuse"
    return ""
