"""What a mask hides is seen by nobody without an unmasking: not live, not in the change, not looking back."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import av
import msgspec
import numpy as np

from bongsu.drills.police_video.hands import Hands
from bongsu.drills.video.looking import REASON, look
from bongsu.world.partner.board import Given
from bongsu.world.partner.eye import luma_of
from bongsu.world.partner.viewing import Viewing

ZONE = ((0.15, 0.15), (0.55, 0.15), (0.55, 0.6), (0.15, 0.6))
INSIDE = (slice(0.22, 0.53), slice(0.2, 0.5))
"""Rows and columns well inside the zone, as shares of the picture."""

PLAIN = 8.0
"""A painted zone's brightness varies by no more than its coding makes it; the camera's own by forty."""

LOOK_S = 4.0
BACK_MS = 15_000


class Masks(msgspec.Struct, kw_only=True):
    """Pictures that were decoded of each kind of look, and those of them that showed what a mask hides.

    `bare` are those of before the mask and of an unmasking, `shown_bare` how many of them showed it: all, else there
    was nothing to hide.
    """

    bare: int = 0
    shown_bare: int = 0
    masked: int = 0
    leaked: int = 0


async def hide(hands: Hands, given: Given) -> Masks:
    """Mask a camera while an officer looks, look again in every way, and unmask it for an operator."""
    found, camera, incident = Masks(), given.cameras[0], given.incident
    officer = await _keeping(hands, "drill-officer", camera, incident)
    await asyncio.sleep(LOOK_S)
    changed_s = await _mask(hands, camera)
    again = await _keeping(hands, "drill-officer", camera, incident)
    own = await _keeping(hands, "drill-operator", camera, incident)
    now_ms = int(time.time() * 1000)
    back = {"form": "replay", "from_ms": now_ms - BACK_MS, "to_ms": now_ms}
    past = await _keeping(hands, "drill-operator", camera, incident, **back)
    await asyncio.sleep(LOOK_S)
    bare = (
        await hands.operator.post("/v1/unmaskings", {"camera": camera, "incident": incident, "reason": REASON})
    ).json()
    unmasked = await _keeping(hands, "drill-operator", camera, incident, unmasking=str(bare["id"]))
    await asyncio.sleep(LOOK_S)
    for viewing, masked_from_s in (
        (officer, changed_s),
        (again, 0.0),
        (own, 0.0),
        (past, 0.0),
        (unmasked, float("inf")),
    ):
        await viewing.close()
        _count(found, await asyncio.to_thread(_spreads, viewing), masked_from_s)
    return found


async def _keeping(hands: Hands, seat: str, camera: str, incident: str, **more: Any) -> Viewing:
    viewing = await look(hands.seats[seat], camera, incident, **more)
    viewing.kept = []
    return viewing


async def _mask(hands: Hands, camera: str) -> float:
    """Put the zone over the camera's picture; when it was answered."""
    zone = {"name": "훈련 창문", "ring": ZONE}
    new = {"version": 0, "body": {"type": "mask", "zones": [zone]}, "note": "drill: a window is hidden"}
    (await hands.seats["drill-admin"].put(f"/v1/records/mask/{camera}", new)).raise_for_status()
    return time.monotonic()


def _count(found: Masks, spreads: list[tuple[float, float]], masked_from_s: float) -> None:
    for at_s, spread in spreads:
        if at_s >= masked_from_s:
            found.masked += 1
            found.leaked += spread > PLAIN
        else:
            found.bare += 1
            found.shown_bare += spread > PLAIN


def _spreads(viewing: Viewing) -> list[tuple[float, float]]:
    """When each picture came, and how much the brightness varies where the zone is."""
    found: list[tuple[float, float]] = []
    decoder, codec = None, ""
    for at_s, named, unit in viewing.kept or ():
        if named != codec or decoder is None:
            decoder, codec = av.CodecContext.create("h264" if named.startswith("avc") else "vp9", "r"), named
        for frame in decoder.decode(av.Packet(unit.data)):
            found.append((at_s, _spread(luma_of(frame))))
    return found


def _spread(luma: np.ndarray[Any, np.dtype[np.uint8]]) -> float:
    rows, columns = (
        slice(int(part.start * size), int(part.stop * size)) for part, size in zip(INSIDE, luma.shape, strict=True)
    )
    return float(luma[rows, columns].std())
