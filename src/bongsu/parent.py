"""The thin parent of `bongsu serve`: starts each part as a process of its own, starts again what dies, ends with all.

A child reads its standard input and ends when it closes, so that no child outlives its parent, however that ends.
A child that exits with 2 has refused to start (a wrong setting, a folder in use): that is final.

Reading a part's code takes seconds, and an emergency does not wait: beside each such part stand spares that have
read it and wait to be called (`--wait`), so that a death costs no more than opening the store. One that dies again
while its next spare still reads is called from the other.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

REFUSED = 2
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 1.0
"""Reports are taken again within 5 s of a death, however often it dies: a longer pause would spend that alone."""
STEADY_S = 10.0
SPARE_AFTER_S = 1.5
"""How long a part has the machine to itself before its next spare is made ready."""
SPARES_APART_S = 4.0
"""How long a spare reads before the next one begins to."""
SAY_AGAIN_S = 2.0
WAIT = "--wait"
CALL = b"\n"
GRACE_S = 8.0
LOOK_S = 0.05


class Child:
    """One part: its command, its process and its spare, and how long to wait before it is started again."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str] | None,
        may_start: Callable[[], bool],
        *,
        spares: int = 0,
    ) -> None:
        self.name = name
        self._may_start = may_start
        self._command = command
        self._env = env
        self._spares_wanted = spares
        self._pause_s = FIRST_PAUSE_S
        self._started_at = 0.0
        self._again_at = 0.0
        self._spare_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._spares: deque[subprocess.Popen[bytes]] = deque()

    def start(self) -> None:
        """Call a spare, or start the process anew; its standard input is the line it lives on."""
        self._started_at = time.monotonic()
        self._process = self._called() or self._run(self._command)

    def _run(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, stdin=subprocess.PIPE, env=self._env)

    def _called(self) -> subprocess.Popen[bytes] | None:
        """The spare that has stood longest of those that still live, told to begin; None where there is none."""
        while self._spares:
            spare = self._spares.popleft()
            if spare.stdin is None or spare.poll() is not None:
                continue
            try:
                spare.stdin.write(CALL)
                spare.stdin.flush()
            except BrokenPipeError:
                continue
            return spare
        return None

    def _make_ready(self) -> None:
        """Start the next spare once the part has had the machine to itself, one at a time; the dead are replaced."""
        now = time.monotonic()
        if now - self._started_at <= SPARE_AFTER_S or now - self._spare_at <= SPARES_APART_S:
            return
        self._spares = deque(spare for spare in self._spares if spare.poll() is None)
        if len(self._spares) < self._spares_wanted:
            self._spare_at = now
            self._spares.append(self._run([*self._command, WAIT]))

    def look(self, say: Callable[[str], None]) -> int | None:
        """Start it again when it has died and its pause is over; its exit code when it refused to start."""
        if self._process is None:
            if time.monotonic() >= self._again_at and self._may_start():
                self.start()
            return None
        code = self._process.poll()
        if code is None:
            self._make_ready()
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
        """Ask it and its spares to end, and kill what will not."""
        for process in (*self._spares, self._process):
            if process is not None and process.poll() is None:
                _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _until_signalled() -> threading.Event:
    """Set by SIGTERM and SIGINT."""
    over = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        over.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return over


def keep(
    parts: Mapping[str, Sequence[str]],
    say: Callable[[str], None],
    *,
    env: Mapping[str, str] | None = None,
    later: Mapping[str, Sequence[str]] | None = None,
    may_start_later: Callable[[], bool] = lambda: True,
    spares: Mapping[str, int] | None = None,
) -> int:
    """Run every part, in this environment, until a signal comes or one refuses to start; the exit code.

    The `later` parts start once `may_start_later` says so. `spares` says how many stand beside a part that
    understands `--wait`.
    """
    over = _until_signalled()
    children = [
        *(
            Child(name, command, env, lambda: True, spares=(spares or {}).get(name, 0))
            for name, command in parts.items()
        ),
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
        while True:  # once may be in the middle of a start, where nobody listens yet
            signal.raise_signal(signal.SIGTERM)
            time.sleep(SAY_AGAIN_S)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def until_called() -> None:
    """In a spare: wait for the parent's call, and end when the parent is gone before it came."""
    if os.read(0, len(CALL)) != CALL:
        raise SystemExit(0)
