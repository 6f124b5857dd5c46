"""Ties simulated ONVIF cameras to what they see: a head that moves turns the picture, a few times a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

from bongsu.core.clock import wall_clock
from bongsu.world.onvif.camera import Login, OnvifCamera
from bongsu.world.onvif.head import turned
from bongsu.world.scene import Eye

LOOK_S = 0.2


def cameras_of(names: Sequence[str], rtsp_port: int, login: Login) -> dict[str, OnvifCamera]:
    """Simulated ONVIF cameras over the streams of a scene's cameras."""
    return {
        name: OnvifCamera(
            name,
            rtsp_url=f"rtsp://127.0.0.1:{rtsp_port}/{name}",
            login=login,
            now=wall_clock,
            monotonic=time.monotonic,
        )
        for name in names
    }


async def keep_turned(
    cameras: Mapping[str, OnvifCamera], eye_of: Callable[[str], Eye], turn: Callable[[Eye], None]
) -> None:
    """Tell for ever where each camera looks, whenever that has changed."""
    told: dict[str, Eye] = {}
    while True:
        for name, camera in cameras.items():
            eye = turned(eye_of(name), camera.pose())
            if told.get(name, eye_of(name)) != eye:
                turn(eye)
            told[name] = eye
        await asyncio.sleep(LOOK_S)
