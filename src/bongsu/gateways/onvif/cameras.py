"""Every ONVIF camera of the city: opened when first needed, kept for the next order, opened anew after a failure."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from bongsu.core.clock import Now
from bongsu.core.errors import NotFound, Unavailable
from bongsu.core.login import Login

if TYPE_CHECKING:
    from bongsu.gateways.onvif.device import Device

T = TypeVar("T")
KEPT = 256


class OnvifCameras:
    """The open devices. `where` tells the address of a camera's device service, "" for one without."""

    def __init__(
        self,
        where: Callable[[str], str],
        login: Callable[[str], Login],
        networks: Sequence[str],
        *,
        timeout_s: float,
        now: Now,
    ) -> None:
        self._where = where
        self._login = login
        self._networks = networks
        self._timeout_s = timeout_s
        self._now = now
        self._open: dict[str, tuple[str, Device]] = {}
        self._opening: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def has(self, camera: str) -> bool:
        """Whether the camera has an ONVIF address."""
        return self._where(camera) != ""

    def offset_s(self, camera: str) -> float | None:
        """A camera's clock minus ours, seconds; None while it is not open."""
        known = self._open.get(camera)
        return known[1].offset_s if known is not None else None

    async def use(self, camera: str, work: Callable[[Device], Awaitable[T]]) -> T:
        """Do something with a camera. Raises NotFound("camera.onvif.none"), Refused, Unavailable("camera.onvif.…")."""
        device = await self._device(camera)
        try:
            return await work(device)
        except Unavailable as problem:
            if problem.code not in ("camera.onvif.refused", "camera.onvif.no_head"):
                await self._forget(camera, device)
            raise

    async def close(self) -> None:
        """Let go of all of them."""
        for camera, (_, device) in list(self._open.items()):
            await self._forget(camera, device)

    async def _device(self, camera: str) -> Device:
        url = self._where(camera)
        if not url:
            raise NotFound("camera.onvif.none", camera=camera)
        async with self._opening[camera]:
            known = self._open.get(camera)
            if known is not None and known[0] == url:
                return known[1]
            if known is not None:
                await self._forget(camera, known[1])
            # Read with the first camera: SOAP's libraries would make every start of the core a second longer.
            from bongsu.gateways.onvif.device import open_device

            device = await open_device(
                url, self._login(camera), self._networks, timeout_s=self._timeout_s, now=self._now
            )
            self._open[camera] = (url, device)
        await self._make_room()
        return device

    async def _make_room(self) -> None:
        while len(self._open) > KEPT:
            camera, (_, device) = next(iter(self._open.items()))
            await self._forget(camera, device)

    async def _forget(self, camera: str, device: Device) -> None:
        known = self._open.get(camera)
        if known is not None and known[1] is device:
            del self._open[camera]
        await device.close()
