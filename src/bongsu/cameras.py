"""What the core does with cameras beside their video: steers them, listens to them, and knows how they are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from random import random

from msgspec.structs import replace

from bongsu.access.identity import Identity
from bongsu.city import City
from bongsu.core.clock import monotonic, wall_clock
from bongsu.core.health import State, Vitals, observations_of, state_of
from bongsu.core.observation import Observation
from bongsu.desk.board import Board
from bongsu.desk.wheel import Wheel
from bongsu.gateways.onvif.cameras import OnvifCameras
from bongsu.helm import Helm
from bongsu.settings import Settings, read_logins
from bongsu.sources.onvif import Listener
from bongsu.store import Store
from bongsu.web.live import LiveBoard
from bongsu.web.telling import word
from bongsu.wires.onvif.records import Notified

PULL_S = 10.0
"""How long a camera is waited for at its pull point, when nothing happens."""


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
        self._listens = settings.onvif.events
        self.vitals: dict[str, Vitals] = {}
        self._states: dict[str, State] = {}
        self.sense: Callable[[Sequence[Observation]], object] = lambda seen: None
        self.onvif = self._onvif(settings)
        self.helm = self._helm(settings, store)
        self.listener = Listener(
            self._listened_to, self._subscribe, self._pull, lambda seen: self.sense(seen), now=wall_clock, chance=random
        )

    def _onvif(self, settings: Settings) -> OnvifCameras:
        login, networks = read_logins(settings.cameras.logins).of, settings.video.networks
        return OnvifCameras(self.where, login, networks, timeout_s=settings.onvif.timeout_s, now=wall_clock)

    def _helm(self, settings: Settings, store: Store) -> Helm:
        return Helm(
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

    def feel(self, camera: str, vitals: Vitals) -> None:
        """How an open camera is: observations, and a word to the control room when its state has changed."""
        offset_s = self.onvif.offset_s(camera)
        if vitals.clock_offset_ms is None and offset_s is not None:
            vitals = replace(vitals, clock_offset_ms=offset_s * 1000)
        self.vitals[camera] = vitals
        self.sense(observations_of(camera, vitals))
        state = state_of(vitals, vitals.told_ms)
        if self._states.get(camera) is not state:
            self._states[camera] = state
            text = word("camera_health", camera=camera, state=state, code=vitals.code)
            self._live.say(text, to=lambda audience: audience.all_incidents)

    def figures(self) -> dict[str, float]:
        """What the metrics show of cameras: how many are open, and how many of those give too little."""
        now_ms = int(wall_clock().timestamp() * 1000)
        states = [state_of(vitals, now_ms) for vitals in self.vitals.values()]
        return {
            "bongsu_cameras_open": sum(state is not State.UNKNOWN for state in states),
            "bongsu_cameras_poor": sum(state is State.POOR for state in states),
            "bongsu_wheels_held": len(self.helm.wheels),
            "bongsu_camera_events": self.listener.heard,
        }

    def _listened_to(self) -> Iterable[str]:
        own = (camera.id for camera in self._city().cameras.values() if camera.onvif)
        return {*self._told_of, *own} if self._listens else set()

    async def _subscribe(self, camera: str) -> str:
        return await self.onvif.use(camera, lambda device: device.subscribe())

    async def _pull(self, camera: str, point: str) -> Sequence[Notified]:
        return await self.onvif.use(camera, lambda device: device.pull(point, wait_s=PULL_S))

    async def run(self) -> None:
        """Keep going until cancelled."""
        try:
            await asyncio.gather(self.helm.run(), self.listener.run())
        finally:
            await self.onvif.close()
