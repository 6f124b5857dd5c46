"""A simulated ONVIF camera on a real socket, its clock and monotonic time as the machine's unless turned."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bongsu.core.clock import wall_clock
from bongsu.core.login import Login
from bongsu.gateways.onvif.device import Device, open_device
from bongsu.world.onvif.camera import Login as CameraLogin
from bongsu.world.onvif.camera import OnvifCamera
from bongsu.world.onvif.server import OnvifServer

LOOPBACK = ("127.0.0.0/8",)
KNOWN = CameraLogin()
OUR_LOGIN = Login(user=KNOWN.user, password=KNOWN.password)


def an_onvif_camera(name: str = "cam", **changes: object) -> OnvifCamera:
    told = {
        "rtsp_url": f"rtsp://127.0.0.1:554/{name}",
        "login": KNOWN,
        "now": wall_clock,
        "monotonic": time.monotonic,
    } | changes
    return OnvifCamera(name, **told)  # type: ignore[arg-type]


@asynccontextmanager
async def served(*cameras: OnvifCamera) -> AsyncIterator[OnvifServer]:
    server = await OnvifServer({camera.name: camera for camera in cameras}).start()
    try:
        yield server
    finally:
        server.close()


@asynccontextmanager
async def opened(url: str, login: Login = OUR_LOGIN, timeout_s: float = 3.0) -> AsyncIterator[Device]:
    device = await open_device(url, login, LOOPBACK, timeout_s=timeout_s, now=wall_clock)
    try:
        yield device
    finally:
        await device.close()
