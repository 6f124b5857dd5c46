"""Cameras that fall ill under everybody's eyes: was it said, did they come back, did the others feel it?"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping

import msgspec

from bongsu.drills.video.ground import Cameras
from bongsu.drills.video.plan import Plan
from bongsu.world.camera.mortal import Ailment
from bongsu.world.partner.viewing import Viewing

EVERY_S = (1.0, 4.0)
LASTS_S = (1.0, 6.0)
SILENT_FOR_S = 6.0
TOLD_WITHIN_S = 10.0
BACK_WITHIN_S = 40.0
STALL_S = 1.5
KILLS = {Ailment.DEAD, Ailment.SILENT, Ailment.FLOODING}
WEIGHTS = {
    Ailment.DEAD: 6, Ailment.SILENT: 1, Ailment.FLOODING: 1, Ailment.GARBLED: 1, Ailment.LEAPING: 1
}  # fmt: skip
LOOK_S = 0.05


class Illness(msgspec.Struct, kw_only=True):
    """One camera's illness (monotonic seconds): when it began and ended, when its viewer was told of trouble and of
    what, and when pictures came again."""

    camera: str
    ailment: Ailment
    began_s: float
    ended_s: float = 0.0
    told_s: float | None = None
    code: str = ""
    again_s: float | None = None

    @property
    def is_death(self) -> bool:
        """Whether it ends the connection: rubbish and leaps in time must not."""
        return self.ailment in KILLS


async def soak(cameras: Cameras, looks: Mapping[str, Viewing], plan: Plan, chance: random.Random) -> list[Illness]:
    """Make one camera after the other ill for as long as the plan says; all are well, and seen, at the end."""
    until = time.monotonic() + plan.soak_s
    ill: dict[str, asyncio.Task[Illness]] = {}
    done: list[asyncio.Task[Illness]] = []
    while time.monotonic() < until:
        await asyncio.sleep(chance.uniform(*EVERY_S))
        well = [camera for camera in looks if camera not in ill or ill[camera].done()]
        if well:
            camera = chance.choice(well)
            ailment = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            lasts_s = SILENT_FOR_S if ailment is Ailment.SILENT else chance.uniform(*LASTS_S)
            ill[camera] = asyncio.create_task(_suffer(cameras, looks[camera], ailment, lasts_s))
            done.append(ill[camera])
    return list(await asyncio.gather(*done))


async def all_once(cameras: Cameras, looks: Mapping[str, Viewing]) -> list[Illness]:
    """Every camera dies at the same moment: the worst there is, and what fills whatever fills up only once."""
    dying = [_suffer(cameras, viewing, Ailment.DEAD, LASTS_S[0]) for viewing in looks.values()]
    return list(await asyncio.gather(*dying))


async def _suffer(cameras: Cameras, viewing: Viewing, ailment: Ailment, lasts_s: float) -> Illness:
    viewing.trouble = ""
    await cameras.make(viewing.camera, ailment)
    case = Illness(camera=viewing.camera, ailment=ailment, began_s=time.monotonic())
    telling = asyncio.create_task(_told(case, viewing))
    await asyncio.sleep(lasts_s)
    if case.is_death:
        await telling  # a camera must not be well again before anybody could have noticed
    await cameras.make(viewing.camera, Ailment.WELL)
    case.ended_s = time.monotonic()
    await _again(case, viewing)
    telling.cancel()
    return case


async def _told(case: Illness, viewing: Viewing) -> None:
    while time.monotonic() < case.began_s + TOLD_WITHIN_S:
        if viewing.trouble:
            case.told_s, case.code = time.monotonic(), viewing.trouble
            return
        await asyncio.sleep(LOOK_S)


async def _again(case: Illness, viewing: Viewing) -> None:
    while time.monotonic() < case.ended_s + BACK_WITHIN_S:
        if viewing.frames_after(case.ended_s):
            case.again_s = time.monotonic()
            return
        await asyncio.sleep(LOOK_S)


def stalls(looks: Mapping[str, Viewing], illnesses: list[Illness]) -> int:
    """How often a picture stood still for over a second and a half while its own camera was well."""
    return sum(
        _stalls(viewing, [one for one in illnesses if one.camera == camera]) for camera, viewing in looks.items()
    )


def _stalls(viewing: Viewing, own: list[Illness]) -> int:
    spells = [(one.began_s - 1, (one.again_s or one.ended_s + BACK_WITHIN_S) + 1) for one in own]
    pauses = zip(viewing.arrivals, viewing.arrivals[1:], strict=False)
    return sum(
        after - before > STALL_S and not any(begin <= after and before <= end for begin, end in spells)
        for before, after in pauses
    )
