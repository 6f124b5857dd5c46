"""One run of the drill, from an empty folder to a verdict."""

from __future__ import annotations

import importlib.util
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bongsu.core.geo import Point
from bongsu.drills.faults import cuts, kills, partitions, variants
from bongsu.drills.faults.findings import Findings
from bongsu.drills.faults.plan import Plan
from bongsu.drills.faults.report import report
from bongsu.drills.faults.stage import Stage, set_up
from bongsu.drills.outcome import Outcome
from bongsu.drills.police_video.ground import Ground, furnish, lay
from bongsu.drills.police_video.plan import Plan as CityPlan
from bongsu.world import scene
from bongsu.world.police112.stories import KINDS

Tell = Callable[[str], None]


async def drill(plan: Plan, tell: Tell, *, keep: Path | None = None) -> Outcome:
    """Run every phase in a temporary folder (or in `keep`, which stays), each on a ground of its own.

    Raises Unavailable when the ground cannot be laid.
    """
    began = time.monotonic()
    found = Findings(plan=plan)
    with tempfile.TemporaryDirectory(prefix="bongsu-faults-") as temporary:
        folder = keep.resolve() if keep is not None else Path(temporary)
        template = lay(folder / "city")
        template.folder.mkdir(parents=True)
        await furnish(template, CityPlan(seed=plan.seed), KINDS, tell)
        places = tuple(eye.where for eye in scene.load(template.folder / "city").cameras)
        await _phases(found, folder, template, places, tell)
    found.seconds = round(time.monotonic() - began, 1)
    return report(found)


async def _phases(found: Findings, folder: Path, template: Ground, places: Sequence[Point], tell: Tell) -> None:
    plan = found.plan

    def ground(name: str) -> Stage:
        return set_up(folder / name, template)

    if plan.kills:
        found.killed = await kills.exercise(ground("kills"), plan, places, tell)
        found.variants.append(variants.forgetful(found.killed))
    if plan.partitions:
        found.partitions = await partitions.exercise(ground("partitions"), plan, places, tell)
    if not plan.power_cuts:
        return
    if why := no_disk():
        found.left_out.append(why)
        return
    found.cuts = await cuts.exercise(ground("cuts"), plan, places, tell, times=plan.power_cuts)
    found.variants.append(await variants.hasty(ground("hasty"), plan, places, tell))


def no_disk() -> str:
    """Why there can be no disk that forgets on this machine; "" when there can."""
    if importlib.util.find_spec("mfusepy") is None:
        return "power cuts and a full disk: the extra `faults` is not installed"
    if not Path("/dev/fuse").exists():
        return "power cuts and a full disk: this machine has no /dev/fuse"
    return ""
