"""First frames, one call at a time: from a report to a decoded picture taken after its grant; and the cut."""

from __future__ import annotations

import asyncio
import time

import msgspec

from bongsu.core.geo import Point
from bongsu.drills.measure import cut_ms
from bongsu.drills.police_video.hands import Case, Hands
from bongsu.drills.police_video.plan import UNLEASED_AFTER_S
from bongsu.world.partner.board import Given
from bongsu.world.partner.viewing import Viewing

COLD_AFTER_S = 14.0
"""A camera nobody has watched for this long is shut: longer than the platform keeps one open (10 s)."""
OVER_WITHIN_S = 3.0
GROUP_S = 2.0
PLAYING_WITHIN_S = 1.0


class Frames(msgspec.Struct, kw_only=True):
    """What was measured, in ms.

    `unmeasured` counts looks that gave no new picture in time, `not_playing` those that gave none any more when
    their case was closed, so that their cut would prove nothing.
    """

    hot: list[float] = []
    cold: list[float] = []
    cuts: list[float] = []
    cuts_from_sent: list[float] = []
    unleased: int = 0
    unmeasured: int = 0
    not_playing: int = 0


async def sample(hands: Hands, places: list[Point]) -> Frames:
    """At each place: a call on a camera nobody watches, then, while it is watched, a second call on the same one."""
    frames = Frames()
    watched: dict[str, float] = {}
    for place in places:
        # Groups of pictures follow the wall clock: without this every call would come at the same point of one.
        await asyncio.sleep(hands.chance.uniform(0.0, GROUP_S))
        first = hands.new_case(place)
        await hands.ring(first)
        if first.given is None:
            frames.unmeasured += 2
            continue
        camera = await _cold_camera(first.given, watched)
        cold = await _first_frame(hands, first, camera, frames.cold, frames)
        second = hands.new_case(place)
        await hands.ring(second)
        hot = await _first_frame(hands, second, camera, frames.hot, frames)
        watched[camera] = time.monotonic()
        await end(hands, second, [hot], frames)
        await end(hands, first, [cold], frames)
    return frames


async def _first_frame(hands: Hands, case: Case, camera: str, into: list[float], frames: Frames) -> Viewing | None:
    if case.given is None or camera not in case.given.cameras:
        frames.unmeasured += 1
        return None
    viewing = await hands.look(case.given, camera)
    at_s = await viewing.frame_newer_than(case.given.at_ms)
    viewing.decoding = False
    if at_s is None:
        frames.unmeasured += 1
    else:
        into.append((at_s - case.sent_s) * 1000)
    return viewing


async def _cold_camera(given: Given, watched: dict[str, float]) -> str:
    """The best camera of a grant that nobody has watched lately; waits when all have been."""
    while True:
        now = time.monotonic()
        cold = [c for c in given.cameras if now - watched.get(c, -COLD_AFTER_S) >= COLD_AFTER_S]
        if cold:
            return cold[0]
        await asyncio.sleep(0.5)


async def end(hands: Hands, case: Case, viewings: list[Viewing | None], frames: Frames, step: str = "91") -> None:
    """End a case and measure on each of its viewings how long frames still came."""
    began = time.monotonic()
    watched = [viewing for viewing in viewings if viewing is not None]
    playing = [viewing for viewing in watched if viewing.frames_after(began - PLAYING_WITHIN_S)]
    frames.not_playing += len(watched) - len(playing)
    closed = await hands.close(case, step)
    for viewing in playing:
        over = await viewing.until_over(OVER_WITHIN_S)
        arrivals = viewing.arrivals if over else [*viewing.arrivals, closed.answered_s + OVER_WITHIN_S]
        frames.cuts.append(cut_ms(closed.answered_s, arrivals))
        frames.cuts_from_sent.append(cut_ms(closed.sent_s, arrivals))
        frames.unleased += viewing.frames_after(closed.answered_s + UNLEASED_AFTER_S)
