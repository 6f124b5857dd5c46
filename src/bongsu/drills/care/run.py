"""One run of the care drill, from an empty folder to a verdict."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bongsu.drills.care.centre import Centre, opened
from bongsu.drills.care.ground import furnish, lay, standing
from bongsu.drills.care.hand import Hand
from bongsu.drills.care.verdict import books_of, outcome_of, post_of
from bongsu.drills.care.weeks import World, living
from bongsu.drills.outcome import Outcome
from bongsu.world.care import Scene
from bongsu.world.care.month import GATEWAY, Weeks, devices_of, scenes_of
from bongsu.world.care.story import DAY_MS, HOUR_MS

DAYS, BLIND = 28, 3
"""A month with its rules, and days without any."""
KST_MS = 9 * HOUR_MS
TERMS_S = 3.0
"""Within a second of its commit a rule is at the telemetry process; nothing tells the outside when."""
RULES = (
    "elder-inactive", "elder-help", "water-no-use", "wandering", "wandering-night", "child-left-behind", "water-leak",
    "water-burst", "bin-full", "bin-fire", "structure-tilt", "structure-crack", "structure-tilt-danger",
    "structure-shakes", "room-fire", "room-smoke", "room-gas",
)  # fmt: skip
METERS = "water_meters"

Tell = Callable[[str], None]


async def drill(seed: int, tell: Tell, *, keep: Path | None = None) -> Outcome:
    """Run a whole platform and a world beside it that tells a month over MQTT; hold cases and letters to the truth."""
    weeks = weeks_of(seed, int(time.time() * 1000))
    scenes = await asyncio.to_thread(scenes_of, weeks)
    with tempfile.TemporaryDirectory(prefix="bongsu-drill-", ignore_cleanup_errors=True) as temporary:
        folder = keep.resolve() if keep is not None else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        ground = lay(folder)
        tell("a platform with telemetry, a register of devices, a message centre, and the devices over MQTT")
        await furnish(ground, scenes, devices_of(scenes), GATEWAY)
        async with opened(ground.keys["BONGSU_NOTICE_KEY"], ground.ports.police) as centre, standing(ground):
            hand = await Hand.seated(ground)
            try:
                consented = await _prepare(hand, scenes)
                async with living(ground, weeks) as world:
                    figures = await _exercise(hand, world, weeks, centre, tell)
                books = books_of(scenes, hand.ear.found.values(), weeks.pause_ms)
                post = post_of(list(centre.letters.values()), consented)
                return outcome_of(books, post, len(hand.ear.real), figures)
            finally:
                await hand.close()


def weeks_of(seed: int, now_ms: int) -> Weeks:
    """The weeks that end today."""
    begin_ms = (now_ms + KST_MS) // DAY_MS * DAY_MS - KST_MS - (DAYS + BLIND - 1) * DAY_MS
    return Weeks(seed, DAYS + BLIND, begin_ms, begin_ms + DAYS * DAY_MS, now_ms)


async def _exercise(hand: Hand, world: World, weeks: Weeks, centre: Centre, tell: Tell) -> dict[str, float]:
    """The month with every rule on, then the days with every rule off, in which all must be seen to be missed."""
    began = time.monotonic()
    tell(f"{DAYS} days of every device")
    await world.said("paused")
    took_s = time.monotonic() - began
    await hand.calm(centre)
    await _switch(hand, is_on=False)
    tell(f"{BLIND} days with every rule off")
    await world.go()
    told = (await world.said("told")).split()
    await hand.calm(centre)
    return {"days": DAYS, "messages": int(told[1]), "readings": int(told[3]), "month_s": round(took_s, 1)}


async def _prepare(hand: Hand, scenes: Mapping[str, Scene]) -> set[str]:
    """Zones of wearers, consents of every second guardian, the homes whose meters are looked after, every rule on."""
    zones = scenes["wandering"].zones
    for site, ring in zones.items():
        await hand.revise("zone", site, name=site, ring=ring)
    consented = set(sorted(zones)[::2])
    for site in consented:
        await hand.revise("consent", site, services=["wandering"], place=True)
    wards = sorted({device.site or device.id for device in scenes[METERS].devices if device.ward})
    await hand.revise("rule", "water-no-use", among={"sites": wards})
    await _switch(hand, is_on=True)
    return consented


async def _switch(hand: Hand, *, is_on: bool) -> None:
    for rule in RULES:
        await hand.revise("rule", rule, enabled=is_on)
    await asyncio.sleep(TERMS_S)
