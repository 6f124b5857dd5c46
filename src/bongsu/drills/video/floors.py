"""Looking back: an agency sees nothing before its grant's floor, whatever it asks, says or forges."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import msgspec

from bongsu.core.errors import Refused
from bongsu.drills.police_video.hands import Hands
from bongsu.drills.police_video.tickets import forge, sign_anew
from bongsu.drills.video.looking import REASON, look, ticket
from bongsu.world.partner.board import Given
from bongsu.world.partner.terminal import Terminal
from bongsu.world.partner.viewing import Viewing, dial

BEFORE_MS = 20_000
WINDOW_MS = 15_000
READY_S = 8.0
"""What was recorded in the last seconds cannot be played back yet."""

LOOK_S = 4.0


class Floors(msgspec.Struct, kw_only=True):
    """What came of every look back.

    `breaches` counts frames an agency got from before its floor, and asks that were let through; `seen` is how many
    frames it got after it; `there` how many the city's own staff got of the very time before it, so that there was
    something to see; `answers` what was said to each attempt.
    """

    breaches: int
    seen: int
    there: int
    answers: dict[str, str]


async def look_back(hands: Hands, given: Given) -> Floors:
    """Try every way behind the floor of a grant whose camera is recorded."""
    await asyncio.sleep(READY_S)
    camera, floor_ms = given.cameras[0], _floor_ms(hands.officer.screen.grants[given.id])
    window: dict[str, str | int] = {"form": "replay", "to_ms": floor_ms + WINDOW_MS}
    behind, after = window | {"from_ms": floor_ms - BEFORE_MS}, window | {"from_ms": floor_ms}
    own = await look(hands.operator, camera, "", **behind, reason=REASON)
    await asyncio.sleep(LOOK_S)
    officers = await look(hands.officer, camera, given.incident, **after)
    await asyncio.sleep(LOOK_S)
    await officers.order(what="seek", at_ms=floor_ms - BEFORE_MS)
    await asyncio.sleep(LOOK_S)
    denied = next((str(one.get("code")) for one in officers.said if one.get("what") == "denied"), "")
    answers = {
        "seek behind the floor": denied,
        "asked behind the floor": await _ask(hands.officer, camera, given.incident, behind),
    }
    breaches = _before(officers, floor_ms) + sum(not answer for answer in answers.values())
    for name, text, shown in [await _forged(hands, given, after, change) for change in FORGED]:
        answers[name] = text
        breaches += shown
    for viewing in (own, officers):
        await viewing.close()
    seen = len(officers.stamps_us) - _before(officers, floor_ms)
    return Floors(breaches=breaches, seen=seen, there=_before(own, floor_ms), answers=answers)


FORGED = ("another floor, the old signature", "another floor, our own signature")


def _before(viewing: Viewing, floor_ms: int) -> int:
    return sum(stamp < floor_ms * 1000 for stamp in viewing.stamps_us)


def _floor_ms(grant: dict[str, Any]) -> int:
    """The first whole millisecond after the floor."""
    return int(datetime.fromisoformat(grant["floor"]).timestamp() * 1000) + 1


async def _ask(seat: Terminal, camera: str, incident: str, wish: dict[str, Any]) -> str:
    """What is answered to a wish that must not be granted; "" when it was."""
    try:
        viewing = await look(seat, camera, incident, **wish)
    except Refused as no:
        return str(no.facts.get("detail"))
    await viewing.close()
    return ""


async def _forged(hands: Hands, given: Given, wish: dict[str, Any], how: str) -> tuple[str, str, int]:
    """A good ticket with an earlier floor, shown on another socket: what was said, and how many frames came."""
    good = await dial(hands.officer, given.cameras[0], given.incident)
    text = await ticket(hands.officer, good, **wish)
    bad = await dial(hands.officer, given.cameras[0], given.incident)
    bad.decoding = False
    changes = {"nonce": bad.nonce, "from_ms": wish["from_ms"] - BEFORE_MS, "floor_ms": wish["from_ms"] - BEFORE_MS}
    await bad.show(forge(text, **changes) if how == FORGED[0] else sign_anew(text, **changes))
    await bad.until_over(LOOK_S)
    await bad.close()
    await good.close()
    return how, bad.refused, len(bad.arrivals) + (not bad.refused)
