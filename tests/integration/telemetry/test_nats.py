"""The server, who may say what to it, and that no reading is lost over the deaths of either side."""

from __future__ import annotations

import asyncio
import os
import signal

import msgspec
import nats
import numpy as np
import pytest

from bongsu.benches.ingest.speaker import Mouth
from bongsu.core.columns import Places, Results, Telemetry
from bongsu.core.device import Device as BongsuDevice
from bongsu.core.device import DeviceKind
from bongsu.core.register import register_of
from bongsu.settings import Settings, TelemetrySettings
from bongsu.telemetry import queue
from bongsu.telemetry.latest import Latest
from bongsu.telemetry.nats import config
from bongsu.telemetry.nats.config import US
from bongsu.telemetry.nats.connect import connect, judge_who_connects
from bongsu.telemetry.nats.credentials import Credentials, Role
from bongsu.telemetry.nats.nkey import Signer
from bongsu.telemetry.nats.pull import Pull
from bongsu.telemetry.nats.server import Server, place_at
from bongsu.telemetry.retained import Retained
from fakes.mqtt import Device
from fakes.running import free_port

QUEUE = 64 * 1024 * 1024
DEVICE = BongsuDevice(id="D-1", kind=DeviceKind.POWER_METER, observes=("power",))
ROW = np.zeros(1, np.int32)
NOWHERE = Places(ROW[:0], np.zeros(0), np.zeros(0), np.zeros(0, np.int64))


class Deaf(Pull):
    """Whose messages are lost on their way while `is_deaf`."""

    is_deaf, missed = False, 0

    async def _take(self, told):
        self.missed += self.is_deaf
        if not self.is_deaf:
            await super()._take(told)


class Ground:
    """A server of ours with its connection and credentials."""

    def __init__(self, folder):
        self.folder, self.signer, self.credentials = folder, Signer(), Credentials(folder)
        self.place = place_at("127.0.0.1", 0, 0, folder / "nats.json")
        self.server = Server(folder, self.place, self.signer.account, QUEUE)
        self.pull, self.kind = None, Pull

    async def open(self):
        await self.server.start()
        await self.join()

    async def join(self):
        """What a process does that has just started."""

        mine = []

        async def renewed():
            for pull in mine:
                await pull.renew()

        self.connection = await connect(self.place.url, user=US, password=self.place.password, renewed=renewed)
        await judge_who_connects(self.connection, self.signer, self.credentials.role_of)
        self.pull = self.kind(self.connection, self.folder / "floor")
        mine.append(self.pull)
        await self.pull.open(max_bytes=QUEUE, max_age_s=3600)

    async def pulled(self, count):
        messages = []
        async with asyncio.timeout(30):
            while len(messages) < count:
                messages += await self.pull.pull(1.0)
        return messages


@pytest.fixture
async def ground(tmp_path):
    made = Ground(tmp_path)
    await made.open()
    yield made
    await made.connection.close()
    await made.server.end()


async def test_a_device_over_mqtt_speaks_as_itself_and_reads_nothing(ground):
    secret = ground.credentials.issue("D.1", Role.DEVICE)
    async with Device(ground.place, "D.1", secret) as device:
        await device.publish("readings/json/D.1", b"mine")
        await device.publish("readings/json/D-2", b"another's")
        await device.publish("readings/json/D.1", b"mine again")
        assert not await device.subscribe("readings/#")
        assert not await device.subscribe("readings/json/D.1")
        assert not await device.subscribe("latest/#")
        assert not await device.subscribe("latest/D.1/#")
    messages = await ground.pulled(2)
    assert [message.body for message in messages] == [b"mine", b"mine again"]
    assert {message.subject for message in messages} == {"readings.json.D.1"}


async def test_a_reader_gets_retained_latest_values_and_may_not_publish(ground):
    secret = ground.credentials.issue("board", Role.READER)
    register = register_of([DEVICE, msgspec.structs.replace(DEVICE, id="D-2", ward="W-1")])
    latest = Latest()
    latest.grow(register)
    latest.result[:], latest.time_ms[:] = 7.0, 1_000
    retained = Retained(ground.place, 100.0, latest, lambda: register)
    telling = asyncio.create_task(retained.run())
    try:
        async with asyncio.timeout(20):
            while retained.counts < 2:
                await asyncio.sleep(0.05)
        async with Device(ground.place, "board", secret) as reader:
            await reader.publish("readings/json/board", b"x")
            assert not await reader.subscribe("readings/#")
            assert await reader.subscribe("latest/#")
            topic, body = await reader.next()
            assert (topic, msgspec.json.decode(body)["result"]) == ("latest/D-1/power", 7.0)
            latest.result[0] = 8.0
            retained.see(Telemetry(Results(ROW, ROW, np.array([8.0]), np.array([2_000])), NOWHERE, 2_000))
            assert msgspec.json.decode((await reader.next())[1])["result"] == 8.0
    finally:
        telling.cancel()
    assert not await ground.pull.pull(0.3)


async def test_a_wrong_secret_a_revoked_one_and_a_stranger_stay_outside(ground):
    secret = ground.credentials.issue("D-1", Role.DEVICE)
    for name, shown in (("D-1", "wrong"), ("D-2", secret), ("", ""), (US, "guess")):
        with pytest.raises(ConnectionRefusedError):
            async with Device(ground.place, name, shown):
                pass
    ground.credentials.revoke("D-1")
    with pytest.raises(ConnectionRefusedError):
        async with Device(ground.place, "D-1", secret):
            pass


async def test_a_gateway_publishes_with_an_answer_and_cannot_reach_the_stream(ground):
    secret = ground.credentials.issue("GW-1", Role.GATEWAY)
    gateway = await nats.connect(
        ground.place.url, user="GW-1", password=secret, inbox_prefix="_INBOX.GW-1", error_cb=_quiet
    )
    answered = await gateway.request("readings.msgpack.GW-1", b"x", timeout=5)
    assert b'"seq":1' in answered.data
    for subject in ("readings.json.GW-2", "$JS.API.STREAM.PURGE.readings", "$SYS.REQ.USER.AUTH"):
        with pytest.raises((TimeoutError, nats.errors.Error)):
            await gateway.request(subject, b"", timeout=0.3)
    await gateway.close()
    assert [message.body for message in await ground.pulled(1)] == [b"x"]


async def test_what_was_not_acknowledged_comes_again_after_a_restart_and_the_rest_does_not(ground):
    for at in range(50):
        await ground.connection.publish("readings.json.GW-1", str(at).encode())
    messages = await ground.pulled(50)
    await ground.pull.acknowledge(messages[19].sequence)
    await ground.connection.flush()
    await ground.connection.close()
    await ground.join()
    assert [message.body for message in await ground.pulled(30)] == [str(at).encode() for at in range(20, 50)]
    assert ground.pull.lost == 0


async def test_what_the_buffer_discarded_is_counted(ground):
    await ground.connection.publish("readings.json.GW-1", b"first")
    messages = await ground.pulled(1)
    ground.pull._purged_at = 0.0
    await ground.pull.acknowledge(messages[0].sequence)
    await ground.connection.flush()
    await ground.connection.close()
    other = await connect(ground.place.url, user=US, password=ground.place.password)
    for _ in range(10):
        await other.jetstream().publish("readings.json.GW-1", b"second")
    await other.jetstream().purge_stream("readings", seq=6)
    await other.close()
    await ground.join()
    messages = await ground.pulled(6)
    assert [message.sequence for message in messages] == [6, 7, 8, 9, 10, 11]
    assert ground.pull.lost == 4


async def test_who_asks_for_the_buffer_s_answer_knows_what_it_refused_and_nothing_else_is_missing(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(config, "BUFFERED", 20)  # so that a flood is more than the disk takes
    ground = Ground(tmp_path)
    await ground.open()
    mouth = Mouth(ground.connection)
    await mouth.open()
    for at in range(20_000):
        await mouth.say("GW-1", str(at).encode() * 100, 1)
    spoken = await mouth.spoken()
    assert (spoken.sent, spoken.unanswered) == (20_000, 0)
    assert 0 < spoken.refused < 20_000
    told = await ground.connection.jetstream().stream_info("readings")
    assert told.state.messages == 20_000 - spoken.refused
    await ground.connection.close()
    await ground.server.end()


async def test_a_server_that_is_killed_comes_back_with_all_it_had_acknowledged(ground):
    keeping = asyncio.create_task(ground.server.run())
    streams = ground.connection.jetstream()
    for at in range(20):
        await streams.publish("readings.json.GW-1", str(at).encode())
    before = ground.server.pid
    os.kill(before, signal.SIGKILL)
    try:
        messages = await ground.pulled(20)
        assert [message.body for message in messages] == [str(at).encode() for at in range(20)]
        async with asyncio.timeout(20):
            while ground.server.pid in (0, before):
                await asyncio.sleep(0.05)
        secret = ground.credentials.issue("D-1", Role.DEVICE)
        async with asyncio.timeout(20):
            await _publish_when_up(ground.place, secret)
        assert (await ground.pulled(1))[-1].body == b"after"
    finally:
        keeping.cancel()


async def test_what_was_on_its_way_when_the_server_was_killed_is_given_again_at_once(ground):
    await ground.connection.close()
    ground.kind = Deaf
    await ground.join()
    for at in range(4):
        await ground.connection.publish("readings.json.GW-1", str(at).encode())
    assert len(await ground.pulled(4)) == 4
    ground.pull.is_deaf = True
    for at in range(4, 10):
        await ground.connection.jetstream().publish("readings.json.GW-1", str(at).encode())
    async with asyncio.timeout(20):
        while ground.pull.missed < 6:
            await asyncio.sleep(0.02)
    await asyncio.sleep(1.0)  # by then the server has written down what it gave
    keeping = asyncio.create_task(ground.server.run())
    os.kill(ground.server.pid, signal.SIGKILL)
    ground.pull.is_deaf = False
    try:
        assert [message.body for message in await ground.pulled(6)] == [str(at).encode() for at in range(4, 10)]
        assert ground.pull.lost == 0
    finally:
        keeping.cancel()


async def test_a_server_waits_for_the_one_before_it_to_write_out_its_stream(ground):
    before = ground.server.pid
    os.kill(before, signal.SIGSTOP)  # however long it takes to end, no other may touch its folder
    after = Server(
        ground.folder, place_at("127.0.0.1", 0, 0, ground.folder / "nats.json"), ground.signer.account, QUEUE
    )
    starting = asyncio.create_task(after.start())
    try:
        await asyncio.sleep(1.0)
        assert not starting.done()
        assert not after.pid
        os.kill(before, signal.SIGKILL)
        await asyncio.wait_for(starting, 20)
        assert after.pid not in (0, before)
    finally:
        starting.cancel()
        await after.end()


async def test_nobody_is_let_in_before_there_is_a_stream(tmp_path, monkeypatch):
    class Late(Pull):
        async def open(self, **terms):
            await asyncio.sleep(1.0)  # long enough for a device that waits at the door
            await super().open(**terms)

    monkeypatch.setattr(queue, "Pull", Late)
    port, mqtt_port = free_port(), free_port()
    settings = Settings(data=str(tmp_path), telemetry=TelemetrySettings(enabled=True, port=port, mqtt_port=mqtt_port))
    secret = Credentials(settings.folder / "telemetry").issue("D-1", Role.DEVICE)
    waiting = asyncio.create_task(_publish_when_up(config.place("127.0.0.1", port, mqtt_port), secret))
    opened = await queue.open_queue(settings)
    try:
        await asyncio.wait_for(waiting, 20)
        assert [message.body for message in await opened.stream.pull(10.0)] == [b"after"]
    finally:
        await opened.close()


async def test_what_devices_are_told_is_taken_while_the_server_ends_is_there_after_it(ground):
    names = [f"D-{at}" for at in range(8)]
    for _ in range(3):
        *told, _ = await asyncio.gather(*[_tells(ground, name) for name in names], _ends(ground))
        await ground.connection.close()
        await ground.open()
        streams = ground.connection.jetstream()
        held = [int((await streams.get_last_msg("readings", f"readings.json.{name}")).data) for name in names]
        assert [mine <= has for mine, has in zip(told, held, strict=True)] == [True] * 8


async def _tells(ground, name):
    """Counts fifty times a second until the server is gone; the last that the server acknowledged."""
    secret, taken = ground.credentials.issue(name, Role.DEVICE), 0
    try:
        async with Device(ground.place, name, secret) as device:
            while True:
                await device.publish(f"readings/json/{name}", str(taken + 1).encode())
                taken += 1
                await asyncio.sleep(0.02)
    except (OSError, asyncio.IncompleteReadError):
        return taken


async def _ends(ground):
    await asyncio.sleep(1.0)
    await ground.server.end()


async def _publish_when_up(place, secret):
    while True:
        try:
            async with Device(place, "D-1", secret) as device:
                return await device.publish("readings/json/D-1", b"after")
        except OSError:
            await asyncio.sleep(0.1)


async def _quiet(_problem):
    pass
