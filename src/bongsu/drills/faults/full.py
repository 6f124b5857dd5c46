"""The fourth phase: no room on the disk; reports are refused by name, and taken again as soon as there is room."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable

import msgspec

from bongsu.drills.faults.closing import Speaking
from bongsu.drills.faults.mount import Disk

Tell = Callable[[str], None]
FULL_S = 6.0
ROOM_LEFT_BYTES = 64 * 1024
ASK_EVERY_S = 0.1


class Full(msgspec.Struct, frozen=True, kw_only=True):
    """What came of reports while nothing fitted: how many were taken (`taken_late`: after the last room was gone), how
    the others were answered, whether video went on as the same process, and how soon after it reports were taken."""

    answers: dict[str, int]
    refused: int
    named: int
    video_stayed: bool
    recovery_s: float


async def exercise(disk: Disk, speaking: Speaking, tell: Tell) -> Full:
    """Leave next to no room, keep reporting, make room, and see how soon reports are taken again."""
    stage = speaking.stage
    video = stage.part("video")
    used = sum(path.stat().st_size for path in disk.mount.rglob("*") if path.is_file())
    disk.room(used + ROOM_LEFT_BYTES)
    tell("no room on the disk")
    answers = await _answers(speaking)
    stayed = stage.part("video") == video
    disk.room(0)
    freed_s = time.monotonic()
    back_s = await speaking.load.knock()
    told = Full(
        answers=dict(answers),
        refused=sum(count for answer, count in answers.items() if answer != "200"),
        named=sum(count for answer, count in answers.items() if ":" in answer),
        video_stayed=stayed,
        recovery_s=back_s - freed_s,
    )
    tell(f"room again: reports were answered {told.answers}, taken again after {told.recovery_s:.2f} s")
    return told


async def _answers(speaking: Speaking) -> Counter[str]:
    """What new reports are answered for a while: "200", or status and code, or "" for no answer."""
    answers: Counter[str] = Counter()
    until_s = time.monotonic() + FULL_S
    while time.monotonic() < until_s:
        answers[await speaking.load.try_once()] += 1
        await asyncio.sleep(ASK_EVERY_S)
    return answers
