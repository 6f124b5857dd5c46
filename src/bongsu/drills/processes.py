"""Starting, finding and ending the processes a drill stands on; each is ended by its own pid, and only ours."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bongsu.core.errors import Unavailable
from bongsu.settings import environment

BONGSU = (sys.executable, "-m", "bongsu.cli")
_LISTENING = "0A"


async def run(*words: str, told: bytes = b"", more: Mapping[str, str] | None = None, within_s: float = 120.0) -> bytes:
    """Run a command to its end and return what it printed; raise Unavailable("drill.command") when it fails."""
    process = await asyncio.create_subprocess_exec(
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=environment(more or {}),
    )
    try:
        printed, _ = await asyncio.wait_for(process.communicate(told), within_s)
    except TimeoutError:
        process.kill()
        raise Unavailable("drill.slow", command=" ".join(words[-6:]), seconds=within_s) from None
    if process.returncode != 0:
        last = printed.decode("utf-8", "replace")[-800:]
        raise Unavailable("drill.command", command=" ".join(words), status=process.returncode, detail=last)
    return printed


async def start(words: Sequence[str], log: Path, more: Mapping[str, str] | None = None) -> Process:
    """Start a server in a process group of its own; it may end when its stdin closes; what it prints goes to a file.

    It stays in this session: where the kernel shares the processor out by sessions (`sched_autogroup`), a process that
    stands back in another one does so among its own only, and what is measured here would wait for it all the same.
    """
    with log.open("wb") as sink:
        return await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.PIPE,
            stdout=sink,
            stderr=asyncio.subprocess.STDOUT,
            env=environment(more or {}),
            process_group=0,
        )


async def end(process: Process, within_s: float = 8.0) -> None:
    """Ask a process to end, and end it when it does not."""
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), within_s)
    except TimeoutError:
        for pid in (*descendants(process.pid), process.pid):
            _kill(pid)
        await process.wait()


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def descendants(pid: int) -> tuple[int, ...]:
    """Every process below this one, parents first."""
    below: list[int] = []
    for child in _children(pid):
        below += [child, *descendants(child)]
    return tuple(below)


def _children(pid: int) -> Iterator[int]:
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            yield from map(int, listed.read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue


def free_port() -> int:
    """A loopback port nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


def listener_of(port: int, among: Sequence[int]) -> int:
    """The process among these that listens on a TCP port; raise Unavailable when none does."""
    sockets = {f"socket:[{inode}]" for inode in _listening(port)}
    for pid in among:
        if sockets & set(_open_files(pid)):
            return pid
    raise Unavailable("drill.listener", port=port)


def _listening(port: int) -> Iterator[str]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        path = Path(table)
        for line in path.read_text().splitlines()[1:] if path.exists() else ():
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def _open_files(pid: int) -> Iterator[str]:
    try:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            yield str(entry.readlink())
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return
