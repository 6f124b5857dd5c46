"""The gateways, as a process of their own: publish at a rate for a while, and say how many readings went out."""

from __future__ import annotations

import asyncio
import sys
import time

import msgspec
import nats

from bongsu.benches.ingest.city import TIME, messages, probe

SLOT_S = 0.02
PROBE_EVERY = 5
TEMPLATES = 4_000


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Where to, how many `readings` a message, `per_s` readings a second for `seconds`, of so many `devices`."""

    url: str
    user: str
    password: str
    devices: int
    readings: int
    per_s: int
    seconds: float
    first_probe: int = 0


async def speak(task: Task) -> int:
    """How many readings were sent; a slot that comes late is made up for."""
    made = messages(task.devices, task.readings, TEMPLATES)
    connection = await nats.connect(task.url, user=task.user, password=task.password)
    sent = nth = slot = 0
    began = time.monotonic()
    print("begun", flush=True)  # noqa: T201 - the line the bench waits for
    while (passed := time.monotonic() - began) < task.seconds:
        now = str(time.time_ns() // 1_000_000).encode()
        if slot % PROBE_EVERY == 0:
            source, body = probe(task.first_probe + slot // PROBE_EVERY)
            await connection.publish(f"readings.json.{source}", body.replace(TIME, now))
            sent += 1
        while sent < passed * task.per_s:
            source, body = made[nth % TEMPLATES]
            nth += 1
            await connection.publish(f"readings.json.{source}", body.replace(TIME, now))
            sent += task.readings
            if nth % 50 == 0:
                await asyncio.sleep(0)
        await connection.flush()
        slot += 1
        await asyncio.sleep(max(0.0, began + slot * SLOT_S - time.monotonic()))
    await connection.drain()
    return sent


if __name__ == "__main__":
    print(asyncio.run(speak(msgspec.json.decode(sys.argv[1], type=Task))))  # noqa: T201 - its answer
