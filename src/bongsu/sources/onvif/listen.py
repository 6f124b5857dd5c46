"""One pull point per camera, for ever: what it tells becomes observations, what breaks is opened anew after a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

import structlog

from bongsu.core.clock import Now
from bongsu.core.errors import BongsuError
from bongsu.core.observation import Observation
from bongsu.wires.onvif.records import Notified
from bongsu.wires.onvif.topics import observations_of

FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 120.0
AT_ONCE = 16
"""So many cameras may be opened at the same time; those that are open wait at the camera, which costs nothing."""

MOST_A_SECOND = 20.0
"""What a camera tells beyond this is left at the camera: it drops its own oldest."""

log = structlog.get_logger()

Subscribe = Callable[[str], Awaitable[str]]
"""Opens a camera's pull point; its address."""

Pull = Callable[[str, str], Awaitable[Sequence[Notified]]]
"""What has happened at a camera's pull point, waited for a few seconds."""

Sense = Callable[[Sequence[Observation]], object]
"""Takes observations in, or sheds and counts them; never waits."""


class Listener:
    """Listens to every camera of `cameras()`; a camera that is no longer named is let be."""

    def __init__(
        self,
        cameras: Callable[[], Iterable[str]],
        subscribe: Subscribe,
        pull: Pull,
        sense: Sense,
        *,
        now: Now,
        chance: Callable[[], float],
    ) -> None:
        self._cameras = cameras
        self._subscribe = subscribe
        self._pull = pull
        self._sense = sense
        self._now = now
        self._chance = chance
        self._opening = asyncio.Semaphore(AT_ONCE)
        self._ears: dict[str, asyncio.Task[None]] = {}
        self._unheard: dict[str, str] = {}
        self._said: dict[str, str] = {}
        self.heard = 0

    async def run(self, look_s: float = 30.0) -> None:
        """Listen until cancelled; new cameras are found within `look_s`."""
        try:
            while True:
                self._attend(set(self._cameras()))
                await asyncio.sleep(look_s)
                self._say()
        finally:
            for ear in self._ears.values():
                ear.cancel()
            await asyncio.gather(*self._ears.values(), return_exceptions=True)

    def _attend(self, wanted: set[str]) -> None:
        for camera in wanted - self._ears.keys():
            self._ears[camera] = asyncio.create_task(self._listen(camera))
        for camera in self._ears.keys() - wanted:
            self._ears.pop(camera).cancel()
            self._unheard.pop(camera, None)

    def _say(self) -> None:
        """One line for all that cannot be heard, where it is others or for another reason than was said last."""
        new = sorted(self._unheard.items() - self._said.items())
        if new:
            log.info("onvif.listening", camera=new[0][0], code=new[0][1], count=len(self._unheard))
        self._said = dict(self._unheard)

    async def _listen(self, camera: str) -> None:
        failures = 0
        while True:
            heard_before = self.heard
            try:
                async with self._opening:
                    point = await self._subscribe(camera)
                failures = 0
                self._unheard.pop(camera, None)
                await self._follow(camera, point)
            except BongsuError as problem:
                if failures:  # one try in vain is no news: a camera may start after us
                    self._unheard[camera] = problem.code
            failures = failures + 1 if self.heard == heard_before else 1
            await asyncio.sleep(wait_s(failures, self._chance()))

    async def _follow(self, camera: str, point: str) -> None:
        while True:
            told = await self._pull(camera, point)
            at_ms = int(self._now().timestamp() * 1000)
            found = [one for message in told for one in observations_of(camera, message, at_ms)]
            self.heard += len(found)
            if found:
                self._sense(found)
            await asyncio.sleep(len(told) / MOST_A_SECOND)


def wait_s(failures: int, chance: float) -> float:
    """Seconds before trying again: doubling, half of it chance (0..1), so that cameras do not come in step."""
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(failures - 1, 10)) * (0.5 + chance / 2)
