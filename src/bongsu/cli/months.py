"""What `bongsu world care-month` does: weeks of the care services' devices, as fast as the platform takes them."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bongsu.cli.caring import door_of
from bongsu.world.care import register
from bongsu.world.care.month import Weeks, tell
from bongsu.world.care.mqtt import Line


def play(weeks: Weeks, config: Path, secrets: Path) -> None:
    """Tell the weeks; a line on standard input says go on, its end says end."""
    door = door_of(config)
    lines = {
        name: Line(door.host, door.mqtt_port, name, secret) for name, secret in register.secrets_in(secrets).items()
    }
    asyncio.run(_play(weeks, lines))


async def _play(weeks: Weeks, lines: dict[str, Line]) -> None:
    loop = asyncio.get_running_loop()
    heard = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(heard), sys.stdin)
    said: asyncio.Queue[bytes] = asyncio.Queue()

    async def listen() -> None:
        while line := await heard.readline():
            said.put_nowait(line)

    async def go() -> None:
        await said.get()

    telling = asyncio.create_task(tell(weeks, lines, go, _say))
    listening = asyncio.create_task(listen())
    done, rest = await asyncio.wait((telling, listening), return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    for task in done:
        task.result()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
