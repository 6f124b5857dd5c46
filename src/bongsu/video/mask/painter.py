"""One painting process and the line to it: asked one thing at a time, killed when it does not answer."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import Process
from contextlib import suppress

import msgspec

from bongsu.core.errors import Unavailable
from bongsu.video.mask.words import LENGTH_BYTES, WORDS_BYTES, Ask, Told, framed, told_of

FAILED = "mask.failed"
FIRST_ANSWER_S = 15.0
ANSWER_S = 5.0
"""Far more than painting a few seconds of pictures takes; a first answer waits for the process to have started."""

WORKER = (sys.executable, "-m", "bongsu.video.mask.worker")


class Painter:
    """A process that paints; it is started by the first question and started anew after it failed.

    Whoever asks again after a failure must begin a new stream: the new process knows of nothing.
    """

    def __init__(self) -> None:
        self.starts = 0
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._leaving: set[asyncio.Task[int]] = set()

    @property
    def pid(self) -> int | None:
        """The process, None while there is none."""
        return self._process.pid if self._process is not None else None

    async def ask(self, ask: Ask) -> Told:
        """What comes of it. Raises Unavailable("mask.failed"); a question given up ends the process."""
        async with self._turn:
            done = False
            try:
                async with asyncio.timeout(ANSWER_S if self._process is not None else FIRST_ANSWER_S):
                    told = await self._asked(self._process or await self._start(), ask)
                done = True
                return told
            except (OSError, TimeoutError, EOFError, msgspec.MsgspecError):
                raise Unavailable(FAILED) from None
            finally:
                if not done:
                    self.end()

    def end(self) -> None:
        """Let the process go, whatever it is at."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        if process is not None:
            task = asyncio.get_running_loop().create_task(process.wait())
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def close(self) -> None:
        """End the process and wait until it has gone."""
        self.end()
        await asyncio.gather(*self._leaving)

    async def _start(self) -> Process:
        self._process = await asyncio.create_subprocess_exec(
            *WORKER, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        self.starts += 1
        return self._process

    @staticmethod
    async def _asked(process: Process, ask: Ask) -> Told:
        if process.stdin is None or process.stdout is None:
            raise EOFError
        process.stdin.write(framed(ask))
        await process.stdin.drain()
        size = int.from_bytes(await process.stdout.readexactly(LENGTH_BYTES))
        if size > WORDS_BYTES:
            raise EOFError
        return told_of(await process.stdout.readexactly(size))
