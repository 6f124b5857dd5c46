"""The thin parent of `bongsu serve`: starts each part as a process of its own, starts again what dies, ends with all.

A child reads its standard input and ends when it closes, so that no child outlives its parent, however that ends.
A child that exits with 2 has refused to start (a wrong setting, a folder in use): that is final.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

REFUSED = 2
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 10.0
STEADY_S = 30.0
GRACE_S = 8.0
LOOK_S = 0.05


class Child:
    """One part: its command, its process, and how long to wait before it is started again."""

    def __init__(
        self, name: str, command: Sequence[str], env: Mapping[str, str] | None, may_start: Callable[[], bool]
    ) -> None:
        self.name = name
        self._may_start = may_start
        self._command = command
        self._env = env
        self._pause_s = FIRST_PAUSE_S
        self._started_at = 0.0
        self._again_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; its standard input is the line it lives on."""
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, env=self._env)

    def look(self, say: Callable[[str], None]) -> int | None:
        """Start it again when it has died and its pause is over; its exit code when it refused to start."""
        if self._process is None:
            if time.monotonic() >= self._again_at and self._may_start():
                self.start()
            return None
        code = self._process.poll()
        if code is None or code == REFUSED:
            return code
        say(f"{self.name} ended with {code}, starting it again in {self._pause_s:.1f} s")
        self._rest()
        return None

    def _rest(self) -> None:
        now = time.monotonic()
        if now - self._started_at > STEADY_S:
            self._pause_s = FIRST_PAUSE_S
        self._again_at = now + self._pause_s
        self._pause_s = min(LONGEST_PAUSE_S, self._pause_s * 2)
        self._process = None

    def end(self) -> None:
        """Ask it to end, and kill it if it will not."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def keep(
    parts: Mapping[str, Sequence[str]],
    say: Callable[[str], None],
    *,
    env: Mapping[str, str] | None = None,
    later: Mapping[str, Sequence[str]] | None = None,
    may_start_later: Callable[[], bool] = lambda: True,
) -> int:
    """Run every part, in this environment, until a signal comes or one refuses to start; the exit code.

    The `later` parts start once `may_start_later` says so.
    """
    over = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        over.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    children = [
        *(Child(name, command, env, lambda: True) for name, command in parts.items()),
        *(Child(name, command, env, may_start_later) for name, command in (later or {}).items()),
    ]
    code = 0
    while not over.is_set() and code == 0:
        code = next((found for child in children if (found := child.look(say))), 0)
        over.wait(LOOK_S)
    for child in reversed(children):
        child.end()
    return code


def end_with_parent() -> None:
    """In a child: end as on SIGTERM as soon as the parent is gone."""

    def watch() -> None:
        # The descriptor, not sys.stdin: a thread inside its buffer would abort the interpreter's own shutdown.
        while os.read(0, 4096):
            pass
        signal.raise_signal(signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
