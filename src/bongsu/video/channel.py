"""One open camera: its connection kept alive, its header and current GOP at hand for whoever joins."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bongsu.core.errors import BongsuError
from bongsu.core.stream import Profile
from bongsu.video.codec import Header
from bongsu.video.ingest import Frame, OnFrame, OnHeader
from bongsu.video.recorder.tape import Tape
from bongsu.video.tally import Tally
from bongsu.video.viewer import Item, Trouble, Viewer

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
STEADY_S = 5.0
GOP_FRAMES = 900
GOP_BYTES = 24_000_000

Pull = Callable[[str, OnHeader, OnFrame], Awaitable[str]]
"""Reads the camera at a URL until it fails and returns the trouble's code; cancelled when not wanted."""


def wait_s(failures: int, chance: float) -> float:
    """Seconds before trying again: doubling, half of it chance (0..1), so that cameras do not come in step."""
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(failures, 10))
    return longest * (0.5 + chance / 2)


class Channel:
    """Keeps one camera connected and hands each of its frames to every viewer in the same turn of the loop."""

    def __init__(
        self,
        key: tuple[str, Profile],
        url: str,
        pull: Pull,
        chance: Callable[[], float],
        on_camera: Callable[[str, str, str], None],
    ) -> None:
        self.key = key
        self.joins = 0
        self._url = url
        self._pull = pull
        self._chance = chance
        self._on_camera = on_camera
        self._viewers: set[Viewer | Tape] = set()
        self._header: Header | None = None
        self._gop: list[Frame] = []
        self._gop_bytes = 0
        self._trouble: Trouble | None = None
        self._said = ("", "")
        self._turn = 0
        self.tally = Tally()
        self._task = asyncio.get_running_loop().create_task(self._run())

    @property
    def is_idle(self) -> bool:
        """Nobody watches."""
        return not self._viewers

    @property
    def trouble(self) -> str:
        """Why the camera gives nothing, "" while it does or is being opened."""
        return self._trouble.code if self._trouble else ""

    def join(self, viewer: Viewer | None = None) -> Viewer:
        """A viewer, new or from elsewhere, who gets what is known at once: the trouble, or the header and the GOP."""
        self.joins += 1
        viewer = viewer or Viewer()
        viewer.catch_up(self._at_hand())
        self._viewers.add(viewer)
        return viewer

    def record(self, tape: Tape) -> None:
        """Put a tape on: it gets what a viewer gets, and keeps the camera open like one."""
        self.joins += 1
        for item in self._at_hand():
            tape.put(item)
        self._viewers.add(tape)

    def leave(self, viewer: Viewer | Tape) -> bool:
        """The viewer goes; True when it was the last."""
        self._viewers.discard(viewer)
        return self.is_idle

    def move_to(self, url: str) -> None:
        """The camera stands elsewhere now; connect there if that is news."""
        if url == self._url:
            return
        self._url = url
        self._turn += 1
        self._task.cancel()
        self._forget()
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Stop reading and wait until the connection has been let go."""
        self._task.cancel()
        await asyncio.wait({self._task})

    def _at_hand(self) -> list[Item]:
        if self._trouble:
            return [self._trouble]
        return [self._header, *self._gop] if self._header else []

    async def _run(self) -> None:
        failures = 0
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            code = await self._pull_once()
            failures = 1 if self._header and clock() - began >= STEADY_S else failures + 1
            pause = wait_s(failures - 1, self._chance())
            self._fail(Trouble(code, round(pause, 1)))
            await asyncio.sleep(pause)

    async def _pull_once(self) -> str:
        """Read until it fails. What a connection given up still has to say is not listened to."""
        self._turn += 1
        turn = self._turn

        def on_header(header: Header) -> None:
            if turn == self._turn:
                self._start(header)

        def on_frame(frame: Frame) -> None:
            if turn == self._turn:
                self._pass(frame)

        try:
            return await self._pull(self._url, on_header, on_frame)
        except BongsuError as problem:
            return problem.code

    def _start(self, header: Header) -> None:
        self._forget()
        self._trouble = None
        self._header = header
        self.tally.connected()
        self._hand_out(header)
        self._say("ok", "")

    def _pass(self, frame: Frame) -> None:
        self.tally.arrived(len(frame.wire), frame.arrival_us)
        if frame.key:
            self._gop.clear()
            self._gop_bytes = 0
        if frame.key or self._gop:
            self._gop.append(frame)
            self._gop_bytes += len(frame.wire)
        if len(self._gop) > GOP_FRAMES or self._gop_bytes > GOP_BYTES:
            self._gop.clear()  # a camera that hardly ever sends a keyframe: who joins waits for the next one
        self._hand_out(frame)

    def _fail(self, trouble: Trouble) -> None:
        self._forget()
        self._trouble = trouble
        self._hand_out(trouble)
        self._say("down", trouble.code)

    def _forget(self) -> None:
        self._header = None
        self._gop.clear()
        self._gop_bytes = 0

    def _hand_out(self, item: Item) -> None:
        for viewer in self._viewers:
            viewer.put(item)

    def _say(self, state: str, code: str) -> None:
        if (state, code) != self._said:
            self._said = (state, code)
            self._on_camera(self.key[0], state, code)
