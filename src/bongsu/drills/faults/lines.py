"""The line between the platform and its partner, and two ways to make it silent: in the kernel, or in a relay."""

from __future__ import annotations

import os
import secrets
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol

from bongsu.core.errors import Unavailable
from bongsu.drills import processes
from bongsu.drills.faults.relay import Mode

NOBODY = "02:00:00:00:00:99"
"""A hardware address nobody has: what is sent there is never answered, and nobody says so (a downed link would)."""


class Line(Protocol):
    """A line to a partner: its near end, how its far end is started, and what happens on it."""

    kind: str
    url: str
    around: tuple[str, ...]
    """Words in front of the partner's own command."""

    async def turn(self, mode: Mode) -> None:
        """Open it, make it silent both ways, or swallow the answers alone."""


class Namespace:
    """A network of its own for the partner, joined by a cable (veth) that loses everything while we say so."""

    kind = "network namespace"

    def __init__(self, name: str, here: str, there: str, port: int) -> None:
        self._name = name
        self._here = here
        self._there = there
        self.url = f"http://{there}:{port}"
        self.around: tuple[str, ...] = ("ip", "netns", "exec", name)

    async def lay(self) -> None:
        """Make the namespace and the cable. Raises Unavailable where that is not allowed."""
        near, far = f"{self._name}h", f"{self._name}p"
        inside = ("ip", "-n", self._name)
        await _ip("ip", "netns", "add", self._name)
        await _ip("ip", "link", "add", near, "type", "veth", "peer", "name", far, "netns", self._name)
        await _ip("ip", "address", "add", f"{self._here}/30", "dev", near)
        await _ip("ip", "link", "set", near, "up")
        await _ip(*inside, "address", "add", f"{self._there}/30", "dev", far)
        for link in (far, "lo"):
            await _ip(*inside, "link", "set", link, "up")

    async def take_up(self) -> None:
        """Remove the namespace, and the cable with it."""
        with suppress(Unavailable):
            await _ip("ip", "netns", "delete", self._name)
        with suppress(Unavailable):  # it goes with the namespace, but not at once
            await _ip("ip", "link", "delete", f"{self._name}h")

    async def turn(self, mode: Mode) -> None:
        """Let each side look for the other at an address nobody has, or look again."""
        await self._look(("ip",), f"{self._name}h", self._there, is_lost=mode is Mode.SILENT)
        await self._look(("ip", "-n", self._name), f"{self._name}p", self._here, is_lost=mode is not Mode.OPEN)

    async def _look(self, ip: tuple[str, ...], link: str, other: str, *, is_lost: bool) -> None:
        if is_lost:
            await _ip(*ip, "neighbour", "replace", other, "lladdr", NOBODY, "nud", "permanent", "dev", link)
            return
        with suppress(Unavailable):  # there is none to forget when it was not silent
            await _ip(*ip, "neighbour", "delete", other, "dev", link)


async def _ip(*words: str) -> None:
    await processes.run(*words, within_s=10.0)


class Wire:
    """Where the kernel may not be touched: a relay of ours that swallows."""

    kind = "relay"
    around: tuple[str, ...] = ()

    def __init__(self, port: int, relay: Process) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._relay = relay

    async def turn(self, mode: Mode) -> None:
        """Say the word."""
        await say(self._relay, mode)


async def say(relay: Process, mode: Mode) -> None:
    """Tell a relay what to do."""
    if relay.stdin is not None:
        relay.stdin.write(f"{mode}\n".encode())
        await relay.stdin.drain()


@asynccontextmanager
async def line_to(port: int, logs: Path) -> AsyncIterator[Line]:
    """A line to a partner that listens on this loopback port: in the kernel where root, else a relay."""
    if os.getuid() == 0:
        name = f"bgs{secrets.token_hex(3)}"
        net = f"198.18.{secrets.randbelow(256)}.{4 * secrets.randbelow(64)}".rpartition(".")
        here, there = (f"{net[0]}.{int(net[2]) + host}" for host in (1, 2))
        space = Namespace(name, here, there, port)
        try:
            if await _is_laid(space):
                async with _relay(space.around, there, port, logs):
                    yield space
                return
        finally:
            await space.take_up()
    near = processes.free_port()
    async with _relay((), "127.0.0.1", near, logs, to_port=port) as relay:
        yield Wire(near, relay)


async def _is_laid(space: Namespace) -> bool:
    """Whether the kernel lets us; a container's root may not be allowed to."""
    try:
        await space.lay()
    except Unavailable:
        return False
    return True


@asynccontextmanager
async def _relay(
    around: tuple[str, ...], host: str, port: int, logs: Path, *, to_port: int = 0
) -> AsyncIterator[Process]:
    """A relay; inside a namespace it carries from the cable to the partner's own loopback."""
    words = (sys.executable, "-m", "bongsu.drills.faults.relay", host, str(port), str(to_port or port))
    process = await processes.start((*around, *words), logs / "relay.log")
    try:
        yield process
    finally:
        await processes.end(process)
