"""What devices told and the queue acknowledged, against the archive and the journal, after all the kills."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bongsu.drills.faults.books import Balance
from bongsu.drills.faults.journal import Entry
from bongsu.drills.faults.sensed import ROOMS, RULE, Reading, Sensed
from bongsu.world.partner.terminal import Terminal

POINTS = 5_000
PROPERTIES = ("smoke", "temperature")
WITHIN_S = 60.0
BEGAN = "10"

Key = tuple[str, str, int]
"""A reading: device, property, time (Unix ms)."""


async def archived(seat: Terminal, sensed: Sensed) -> set[Key]:
    """What the door tells of every device, once all that is acknowledged is in it, or nothing more comes."""
    wanted = {_key(one) for message in sensed.acknowledged for one in message}
    found: set[Key] = set()
    since_s = time.monotonic()
    while not wanted <= found and time.monotonic() - since_s < WITHIN_S:
        before = len(found)
        for at in range(ROOMS):
            for name in PROPERTIES:
                found |= await _history(seat, f"S-{at}", name)
        since_s = time.monotonic() if len(found) > before else since_s
        await asyncio.sleep(0.5)
    return found


async def _history(seat: Terminal, device: str, name: str) -> set[Key]:
    until_ms = time.time_ns() // 1_000_000 + 60_000
    span: dict[str, str | int] = {"property": name, "from": until_ms - 86_000_000, "to": until_ms, "points": POINTS}
    got = await seat.get(f"/v1/devices/{device}/history", **span)
    if got.status_code != 200:
        return set()
    told = got.json()
    if told.get("form", "raw") != "raw":
        raise ValueError("more readings of a device than the door tells one by one")
    return {(device, name, at_ms) for at_ms in told.get("time_ms", ())}


def balance(acknowledged: Iterable[Sequence[Reading]], held: set[Key], entries: Sequence[Entry]) -> Balance:
    """What is wrong: readings and dangers lost, dangers told twice, and cases of dangers that nobody told of."""
    told = [one for message in acknowledged for one in message]
    burnt = {one.device.replace("S-", "room-") for one in told if one.observed_property == "smoke" and one.result > 0}
    missing = {_key(one) for one in told} - held
    begun = Counter(_sites(entries))
    return Balance(
        lost=(
            *(f"the reading {name} of {device} at {at_ms}" for device, name, at_ms in sorted(missing)),
            *(f"no case of the fire in {site}" for site in sorted(burnt - begun.keys())),
        ),
        doubled=tuple(f"{times} cases of one fire in {site}" for site, times in sorted(begun.items()) if times > 1),
        ghosts=tuple(f"a case of a fire in {site}, of which nobody told" for site in sorted(begun.keys() - burnt)),
    )


def _sites(entries: Iterable[Entry]) -> Iterator[str]:
    """The room of every danger that began, once for each entry of the journal."""
    for entry in entries:
        if entry.report is not None and entry.report.occurrence.startswith(f"{RULE}:") and entry.report.step == BEGAN:
            yield entry.report.occurrence.split(":")[1]


def _key(one: Reading) -> Key:
    return one.device, one.observed_property, one.phenomenon_time_ms
