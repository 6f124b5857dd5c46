"""The wheels of the cameras that turn: taken on the record, lost in time, and never a head left turning.

Lives in the core process and nowhere else: after a restart nobody holds a wheel. The rules of who may have it are
`desk.wheel`'s; this keeps the time, the ledger and the cameras to them.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from bongsu.core.clock import Monotonic, Now
from bongsu.core.errors import BongsuError, NotFound, Refused
from bongsu.core.ledger import Act, LedgerRow
from bongsu.desk import wheel as rules
from bongsu.desk.wheel import Wheel
from bongsu.wires.onvif.records import Preset

DEAD_MAN_S = 1.0
"""A movement lasts this long after the last order to move: a hand that went away stops it."""

SWEEP_S = 0.1

log = structlog.get_logger()


class Head(Protocol):
    """A camera's head as the helm needs it."""

    async def prepare(self) -> None: ...  # noqa: D102
    async def move(self, pan: float, tilt: float, zoom: float, *, timeout_s: float) -> None: ...  # noqa: D102
    async def stop(self) -> None: ...  # noqa: D102
    async def presets(self) -> tuple[Preset, ...]: ...  # noqa: D102
    async def go(self, preset: str) -> None: ...  # noqa: D102
    async def save(self, name: str) -> str: ...  # noqa: D102


class Heads(Protocol):
    """Where heads are found; `use` raises NotFound, Refused, Unavailable."""

    def has(self, camera: str) -> bool: ...  # noqa: D102
    async def use(self, camera: str, work: Callable[[Head], Awaitable[object]]) -> object: ...  # noqa: D102


Told = Callable[[str, Wheel | None, str], None]
"""Hears of every change: the camera, who holds it now, and why the one before lost it ("" when nobody did)."""


class Helm:
    """Who steers what. All methods belong to the event loop's thread."""

    def __init__(
        self,
        heads: Heads,
        *,
        note: Callable[[LedgerRow], Awaitable[int]],
        note_soon: Callable[[LedgerRow], None],
        may_hold: Callable[[Wheel], bool],
        told: Told,
        now: Now,
        monotonic: Monotonic,
        wheel_s: float,
        home: str,
    ) -> None:
        self.heads = heads
        self.wheels: dict[str, Wheel] = {}
        self.wheel_s = wheel_s
        self._note = note
        self._note_soon = note_soon
        self._may_hold = may_hold
        self._told = told
        self._now = now
        self._monotonic = monotonic
        self._home = home
        self._moving: dict[str, float] = {}
        self._orders: Counter[str] = Counter()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._errands: set[asyncio.Task[None]] = set()

    def holder(self, camera: str) -> Wheel | None:
        """Who steers a camera right now."""
        held = self.wheels.get(camera)
        return held if held is not None and held.is_held(self._monotonic()) else None

    def left_s(self, wheel: Wheel) -> float:
        """How many seconds a wheel is still held."""
        return round(max(0.0, wheel.until_s - self._monotonic()), 1)

    def wheel(self, camera: str, user: str, session: str, **case: object) -> Wheel:
        """A wheel as it would be taken now; `case` is agency, incident, grant and rank."""
        now_s = self._monotonic()
        return Wheel(
            camera=camera,
            user=user,
            session=session,
            since_s=now_s,
            until_s=now_s + self.wheel_s,
            **case,  # type: ignore[arg-type]  # named by Wheel itself
        )

    async def take(self, wanted: Wheel, *, reason: str, origin: str, basis: str = "") -> Wheel:
        """Take the wheel, on the ledger first. Raises NotFound, Conflict("wheel.held") with who and how long."""
        if not self.heads.has(wanted.camera):
            raise NotFound("camera.onvif.none", camera=wanted.camera)
        rules.judge(self.wheels, wanted, reason, self._monotonic())
        await self._note(self._row(Act.STEER, wanted, reason, origin=origin, basis=basis))
        before = self._judge_again(wanted, reason)
        if before is not None:
            self._end(before, "taken_over", goes_home=False)
        self.wheels = rules.take(self.wheels, wanted, reason, self._monotonic())
        self._told(wanted.camera, self.wheels[wanted.camera], reason if before is not None else "")
        self._errand(self._reach(wanted.camera))
        return self.wheels[wanted.camera]

    def _judge_again(self, wanted: Wheel, reason: str) -> Wheel | None:
        """Writing took time: somebody else may have taken it meanwhile, or the right to is over."""
        try:
            if not self._may_hold(wanted):
                raise Refused("wheel.refused", camera=wanted.camera)
            return rules.judge(self.wheels, wanted, reason, self._monotonic())
        except BongsuError:
            self._note_soon(self._row(Act.STEERED, wanted, "not taken: another was first, or the right ended"))
            raise

    async def let_go(self, camera: str, session: str) -> None:
        """Give the wheel back, on the ledger first; the camera goes home. Raises Conflict("wheel.not_yours")."""
        self.wheels = rules.touch(self.wheels, camera, session, self._monotonic(), self.wheel_s)
        wheel = self.wheels[camera]
        await self._note(self._row(Act.STEERED, wheel, self._story(wheel, "let_go")))
        if self.wheels.get(camera) is not None and self.wheels[camera].session == session:
            self._put_away(self.wheels[camera], goes_home=True)

    async def move(self, camera: str, session: str, pan: float, tilt: float, zoom: float) -> Wheel:
        """Turn while this is said again and again: it lasts a second. Raises as `use`, Conflict("wheel.not_yours")."""
        self._touch(camera, session, moves=1)
        number = self._order(camera)
        self._moving[camera] = self._monotonic() + DEAD_MAN_S

        async def work(head: Head) -> None:
            await head.move(pan, tilt, zoom, timeout_s=DEAD_MAN_S)

        await self._steer(camera, session, number, work)
        return self._touch(camera, session)

    async def stop(self, camera: str, session: str) -> Wheel:
        """Stand still. Raises as `move`."""
        wheel = self._touch(camera, session)
        await self._halt(camera)
        return wheel

    async def go(self, camera: str, session: str, preset: str) -> Wheel:
        """Look at a preset. Raises as `move`."""
        self._touch(camera, session, moves=1)
        number = self._order(camera)
        self._moving.pop(camera, None)
        await self._steer(camera, session, number, lambda head: head.go(preset))
        return self._touch(camera, session)

    async def save(self, camera: str, session: str, name: str) -> object:
        """Keep where it looks now as a preset; its token. Raises as `move`."""
        self._touch(camera, session)
        return await self.heads.use(camera, lambda head: head.save(name))

    async def presets(self, camera: str) -> tuple[Preset, ...]:
        """The camera's presets. Raises as `use`."""
        found: list[Preset] = []

        async def work(head: Head) -> None:
            found.extend(await head.presets())

        await self.heads.use(camera, work)
        return tuple(found)

    async def run(self) -> None:
        """Watch the time for ever: end what is over, stop what nobody moves any more."""
        while True:
            self.sweep()
            await asyncio.sleep(SWEEP_S)

    def sweep(self) -> None:
        """One look at every wheel and every movement."""
        now_s = self._monotonic()
        for wheel in rules.over(self.wheels, now_s):
            self._end(wheel, "lapsed")
        for wheel in [one for one in self.wheels.values() if not self._may_hold(one)]:
            self._end(wheel, "right_over")
        for camera in [one for one, until_s in self._moving.items() if until_s <= now_s]:
            self._errand(self._halt(camera))

    def _touch(self, camera: str, session: str, moves: int = 0) -> Wheel:
        self.wheels = rules.touch(self.wheels, camera, session, self._monotonic(), self.wheel_s, moves)
        return self.wheels[camera]

    def _order(self, camera: str) -> int:
        self._orders[camera] += 1
        return self._orders[camera]

    async def _steer(self, camera: str, session: str, number: int, work: Callable[[Head], Awaitable[object]]) -> None:
        """One order at a time to a camera; one that a newer order or the end of its wheel overtook is dropped."""
        async with self._turns[camera]:
            held = self.holder(camera)
            if number == self._orders[camera] and held is not None and held.session == session:
                await self.heads.use(camera, work)

    async def _halt(self, camera: str) -> None:
        self._order(camera)
        self._moving.pop(camera, None)
        async with self._turns[camera]:
            await self.heads.use(camera, lambda head: head.stop())

    def _end(self, wheel: Wheel, why: str, *, goes_home: bool = True) -> None:
        """End a wheel here and now; a safety stop does not wait for the ledger, its row follows at once."""
        self._note_soon(self._row(Act.STEERED, wheel, self._story(wheel, why)))
        self._put_away(wheel, goes_home=goes_home, why=why)

    def _put_away(self, wheel: Wheel, *, goes_home: bool, why: str = "") -> None:
        self.wheels = rules.let_go(self.wheels, wheel.camera)
        if goes_home:
            self._told(wheel.camera, None, why)
        self._order(wheel.camera)
        self._errand(self._leave(wheel.camera, goes_home))

    async def _leave(self, camera: str, goes_home: bool) -> None:
        """Stop the camera, and send it home unless somebody else has it by then."""
        await self._halt(camera)
        number = self._order(camera)
        if not goes_home:
            return
        wanted = self._home.casefold()
        home = next((one.token for one in await self.presets(camera) if wanted in (one.name.casefold(), one.token)), "")
        async with self._turns[camera]:
            if home and number == self._orders[camera] and self.holder(camera) is None:
                await self.heads.use(camera, lambda head: head.go(home))

    async def _reach(self, camera: str) -> None:
        """Open the line to a camera, so that the first movement does not wait for it."""
        await self.heads.use(camera, lambda head: head.prepare())

    def _errand(self, work: Awaitable[None]) -> None:
        async def run() -> None:
            try:
                await work
            except BongsuError as problem:
                log.warning("helm.camera", code=problem.code)

        task = asyncio.get_running_loop().create_task(run())
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    def _story(self, wheel: Wheel, why: str) -> str:
        return f"{why}: {self._monotonic() - wheel.since_s:.1f} s, {wheel.moves} moves"

    def _row(self, act: Act, wheel: Wheel, reason: str, *, origin: str = "", basis: str = "") -> LedgerRow:
        return LedgerRow(
            at=self._now(),
            act=act,
            who=wheel.user,
            agency=wheel.agency,
            origin=origin,
            camera=wheel.camera,
            incident=wheel.incident,
            grant=wheel.grant,
            basis=basis,
            reason=reason,
            session=wheel.session,
        )
