"""Rights that end while somebody looks: when the last byte came, and what came after it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import msgspec

from bongsu.core.geo import Point
from bongsu.drills.police_video.hands import Case, Hands
from bongsu.drills.video.looking import REASON, look
from bongsu.drills.video.plan import UNLEASED_AFTER_S
from bongsu.world.leaky import leaking
from bongsu.world.partner.terminal import Terminal
from bongsu.world.partner.viewing import Viewing

PLAYS_WITHIN_S = 10.0
OVER_WITHIN_S = 4.0
LEAK_S = 3.0
BYTES_A_FRAME = 17
"""A frame that came late counts as its head at least: how long it was is not kept."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """One right that ended: how (a case closed, somebody signed out), whether pictures came until then, how long
    they still did in ms, how many were unleased, and what was said."""

    how: str
    played: bool
    last_ms: float
    unleased: int
    said: str


async def plays(viewing: Viewing, within_s: float = PLAYS_WITHIN_S) -> bool:
    """Whether a picture comes in time."""
    since = time.monotonic()
    while time.monotonic() < since + within_s and not viewing.over.is_set():
        if viewing.frames_after(since):
            return True
        await asyncio.sleep(0.02)
    return False


async def end_all(hands: Hands, places: list[Point], cameras: list[str]) -> list[Ended]:
    """Close cases under officers' eyes, one after the other, then sign an operator out under theirs."""
    done = []
    for place in places:
        case = hands.new_case(place)
        await hands.ring(case)
        if case.given is not None and case.given.cameras:
            viewing = await look(hands.officer, case.given.cameras[0], case.given.incident)
            hands.viewings.append(viewing)
            done.append(await _end("case closed", viewing, lambda case=case: hands.close(case)))  # type: ignore[misc]
    return [*done, await _sign_out(hands, cameras[0])]


async def _sign_out(hands: Hands, camera: str) -> Ended:
    seat = Terminal(hands.ground.url)
    await seat.sign_in("drill-operator", hands.ground.passwords["drill-operator"])
    viewing = await look(seat, camera, reason=REASON)
    ended = await _end("signed out", viewing, lambda: seat.delete("/v1/session"))
    await seat.close()
    return ended


async def _end(how: str, viewing: Viewing, end: Callable[[], Awaitable[object]]) -> Ended:
    """Have a right ended while pictures come; time counts from the answer that it is."""
    played = await plays(viewing)
    await end()
    answered_s = time.monotonic()
    await viewing.until_over(OVER_WITHIN_S)
    await viewing.close()
    return Ended(
        how=how,
        played=played,
        last_ms=round(max(0.0, max(viewing.arrivals, default=answered_s) - answered_s) * 1000, 1),
        unleased=viewing.frames_after(answered_s + UNLEASED_AFTER_S),
        said=viewing.ended,
    )


async def bad_gateway(hands: Hands, case: Case) -> int:
    """How many unleased frames are counted behind a gateway that is known to go on sending; none is a bad drill."""
    if case.given is None:
        return 0
    async with leaking(hands.officer.video_url, hands.ground.url, leak_s=LEAK_S) as (url, _):
        viewing = await hands.look(case.given, case.given.cameras[0], url)
        viewing.decoding = False
        return (await _end("bad gateway", viewing, lambda: hands.close(case))).unleased
