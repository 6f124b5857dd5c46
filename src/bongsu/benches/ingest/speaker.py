"""The gateways, as a process of their own: publish at a rate for a while, and say what became of their readings.

Each message asks for the buffer's answer, as a gateway does that must not lose any: what the buffer refuses it tells.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterator

import msgspec
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

from bongsu.benches.ingest.city import TIME, messages, probe, single

SLOT_S = 0.02
LOOK_S = 0.05
ANSWERED_WITHIN_S = 30.0
PROBE_EVERY = 5
TEMPLATES = 4_000
ALOUD = 20
"""Readings a slot of the device that tells a thousand a second."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Where to, how many `readings` a message, `per_s` readings a second for `seconds`, of so many `devices`.

    `loud` is a device (its number) that tells a thousand readings a second beside the others, who are loud as well but
    for the CALM; -1: nobody is. `nice`: the world has its own processors, and must not take the platform's.
    """

    url: str
    user: str
    password: str
    devices: int
    readings: int
    per_s: int
    seconds: float
    first_probe: int = 0
    loud: int = -1
    nice: int = 0


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """How many readings went out, and how many of them the buffer refused or never answered for."""

    sent: int
    refused: int
    unanswered: int


class Mouth:
    """Publishes, and counts the answers: a message's reply address ends with how many readings it holds."""

    def __init__(self, connection: Client) -> None:
        self._connection = connection
        self._inbox = connection.new_inbox()
        self.sent = self.refused = self._kept = 0

    async def open(self) -> None:
        """Listen for answers."""
        await self._connection.subscribe(f"{self._inbox}.*", cb=self._hear)

    async def say(self, source: str, body: bytes, readings: int) -> None:
        """One message of so many readings, told now."""
        now = str(time.time_ns() // 1_000_000).encode()
        reply = f"{self._inbox}.{readings}"
        await self._connection.publish(f"readings.json.{source}", body.replace(TIME, now), reply=reply)
        self.sent += readings

    async def spoken(self) -> Spoken:
        """What became of all of it, once every message is answered for, or none was for a while."""
        until = time.monotonic() + ANSWERED_WITHIN_S
        while self.sent > self.refused + self._kept and time.monotonic() < until:
            await asyncio.sleep(LOOK_S)
        unanswered = self.sent - self.refused - self._kept
        return Spoken(sent=self.sent, refused=self.refused, unanswered=unanswered)

    async def _hear(self, answer: Msg) -> None:
        readings = int(answer.subject.rpartition(".")[2])
        if b'"error"' in answer.data:
            self.refused += readings
        else:
            self._kept += readings


async def speak(task: Task) -> Spoken:
    """What became of what was sent; a slot that comes late is made up for."""
    os.nice(task.nice)
    made = messages(task.devices, task.readings, TEMPLATES, is_loud=task.loud >= 0)
    connection = await nats.connect(task.url, user=task.user, password=task.password)
    mouth = Mouth(connection)
    await mouth.open()
    nth = slot = 0
    began = time.monotonic()
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    while (passed := time.monotonic() - began) < task.seconds:
        for source, body in _beside(task, slot):
            await mouth.say(source, body, 1)
        while mouth.sent < passed * task.per_s and time.monotonic() - began < task.seconds:
            await mouth.say(*made[nth % TEMPLATES], task.readings)
            nth += 1
            if nth % 50 == 0:
                await asyncio.sleep(0)
        await connection.flush(timeout=60)
        slot += 1
        await asyncio.sleep(max(0.0, began + slot * SLOT_S - time.monotonic()))
    told = await mouth.spoken()
    await connection.drain()
    return told


def _beside(task: Task, slot: int) -> Iterator[tuple[str, bytes]]:
    """What a slot holds besides the gateways' messages."""
    if slot % PROBE_EVERY == 0:
        yield probe(task.first_probe + slot // PROBE_EVERY)
    if task.loud >= 0:
        for _ in range(ALOUD):
            yield single(task.loud)


if __name__ == "__main__":
    spoken = asyncio.run(speak(msgspec.json.decode(sys.argv[1], type=Task)))
    sys.stdout.write(msgspec.json.encode(spoken).decode() + "\n")
