"""What the core does with cameras beside their video: steers them, listens to them, and knows how they are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bongsu.access.identity import Identity
from bongsu.city import City
from bongsu.core.clock import monotonic, wall_clock
from bongsu.desk.board import Board
from bongsu.desk.wheel import Wheel
from bongsu.gateways.onvif.cameras import OnvifCameras
from bongsu.helm import Helm
from bongsu.settings import Settings, read_logins
from bongsu.store import Store
from bongsu.web.live import LiveBoard
from bongsu.web.telling import word


class Cameras:
    """The helm and the line to the cameras that speak ONVIF; `run` keeps both going."""

    def __init__(
        self,
        settings: Settings,
        city: Callable[[], City],
        board: Board,
        live: LiveBoard,
        identity: Identity,
        store: Store,
    ) -> None:
        self._told_of = settings.onvif.cameras
        self._city = city
        self._board = board
        self._live = live
        self._is_running = identity.is_running
        self.onvif = OnvifCameras(
            self.where,
            read_logins(settings.cameras.logins).of,
            settings.video.networks,
            timeout_s=settings.onvif.timeout_s,
            now=wall_clock,
        )
        self.helm = Helm(
            self.onvif,
            note=store.note,
            note_soon=store.note_soon,
            may_hold=self.may_hold,
            told=self.wheel_changed,
            now=wall_clock,
            monotonic=monotonic,
            wheel_s=settings.onvif.wheel_s,
            home=settings.onvif.home,
        )

    def where(self, camera: str) -> str:
        """The address of a camera's device service: by the settings, else by the register; "" for one without."""
        if camera in self._told_of:
            return self._told_of[camera]
        known = self._city().cameras.get(camera)
        return known.onvif if known is not None else ""

    def may_hold(self, wheel: Wheel) -> bool:
        """Whether the session behind a wheel still stands, and the grant it came through."""
        grant = self._board.grants.get(wheel.grant) if wheel.grant else None
        stands = grant is not None and grant.is_live(wall_clock())
        return self._is_running(wheel.session) and (stands or not wheel.grant)

    def wheel_changed(self, camera: str, wheel: Wheel | None, why: str) -> None:
        """Tell the control room who steers a camera, and why somebody lost it."""
        holder, for_s = (wheel.user, self.helm.left_s(wheel)) if wheel is not None else ("", 0.0)
        text = word("wheel", camera=camera, holder=holder, for_s=for_s, why=why)
        self._live.say(text, to=lambda audience: audience.all_incidents)

    async def run(self) -> None:
        """Keep going until cancelled."""
        try:
            await asyncio.gather(self.helm.run())
        finally:
            await self.onvif.close()
