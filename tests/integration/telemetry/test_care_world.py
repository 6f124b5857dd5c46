"""The care world's devices at the platform's real MQTT door: as themselves, and again after the server was away."""

from __future__ import annotations

import asyncio
import contextlib

import msgspec

from bongsu.telemetry.nats.credentials import Role
from bongsu.world.care import SCENES
from bongsu.world.care.days import DAYS, MONDAY_MS, Story
from bongsu.world.care.mqtt import Line, Message
from bongsu.world.care.process import Care, Clock, lives_of, run
from bongsu.world.care.story import HOUR_MS
from integration.telemetry.test_nats import ground as ground

MORNING_MS = MONDAY_MS + 10 * HOUR_MS


@contextlib.asynccontextmanager
async def running(*coroutines):
    tasks = [asyncio.create_task(one) for one in coroutines]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(is_so):
    async with asyncio.timeout(30):
        while not is_so():
            await asyncio.sleep(0.02)


def a_line(ground, name, secret):
    return Line(ground.place.host, ground.place.mqtt_port, name, secret)


async def test_what_was_told_while_the_server_was_away_comes_when_it_is_back(ground):
    line = a_line(ground, "D-1", ground.credentials.issue("D-1", Role.DEVICE))
    async with running(line.run()):
        line.tell(Message("readings/json/D-1", b"before"))
        await until(lambda: line.told == 1)
        await ground.server.end()
        line.tell(Message("readings/json/D-1", b"meanwhile"))
        await ground.connection.close()
        await ground.open()
        await until(lambda: line.told == 2)
    assert b"meanwhile" in [message.body for message in await ground.pulled(1)] + [
        message.body for message in await ground.pull.pull(0.5)
    ]
    assert line.waiting == 0


async def test_a_device_with_a_wrong_secret_knows_that_it_was_refused(ground):
    ground.credentials.issue("D-1", Role.DEVICE)
    line = a_line(ground, "D-1", "wrong")
    async with running(line.run()):
        line.tell(Message("readings/json/D-1", b"never"))
        await until(lambda: line.refused)
    assert (line.told, line.waiting) == (0, 1)


async def test_every_room_tells_as_itself_and_a_fire_is_told_as_it_grows(ground):
    care = Care({"room_fire": SCENES["room_fire"](5, DAYS, MONDAY_MS)})
    names = [device.id for device in care.devices]
    secrets = ground.credentials.issue_all(names, Role.DEVICE)
    lives = lives_of(care, [Story("room_fire", "fire", MORNING_MS + 600_000)])
    began = asyncio.get_running_loop().time()
    clock = Clock(lambda: MORNING_MS + int((asyncio.get_running_loop().time() - began) * 60_000), lambda at_ms: at_ms)
    lines = {name: a_line(ground, name, secrets[name]) for name in names}
    async with running(run(care, lives, lines, clock)):
        await until(lambda: all(line.told for line in lines.values()))
        await until(lambda: lines[lives[0].case.site].told > 15)
    told = await ground.pulled(sum(line.told for line in lines.values()))
    assert {message.subject for message in told} == {f"readings.json.{name}" for name in names}
    fire = [message for message in told if message.subject.endswith(lives[0].case.site)]
    heats = [
        reading["result"]
        for message in fire
        for reading in msgspec.json.decode(message.body)["readings"]
        if reading["observed_property"] == "temperature"
    ]
    assert heats[-1] > 200 > 30 > heats[0]
