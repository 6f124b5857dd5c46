"""The faults the drill makes are real ones."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

from bongsu.drills.police_video.teeth import Leak, Silence, Stall, is_stopped, nobody_writes
from bongsu.world.leaky import leaking

WRITE = """
import sqlite3, sys
city = sqlite3.connect(sys.argv[1], timeout=float(sys.argv[2]))
city.execute("insert into t values(1)")
city.commit()
"""


@pytest.fixture
def database(tmp_path: Path):
    path = tmp_path / "bongsu.db"
    connection = sqlite3.connect(path)
    connection.execute("pragma journal_mode=wal")
    connection.execute("create table t(x)")
    connection.commit()
    yield path
    connection.close()


def write(path: Path, timeout_s: float) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WRITE, str(path), str(timeout_s)], stderr=subprocess.DEVNULL)


def test_while_the_drill_stalls_the_writer_no_other_process_can_commit(database: Path):
    with nobody_writes(database):
        assert write(database, 0.1).wait() != 0
        waiting = write(database, 10.0)
        time.sleep(0.4)
        assert waiting.poll() is None
    assert waiting.wait() == 0


def test_a_process_that_stands_still_is_known_as_such():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"])
    try:
        assert not is_stopped(process.pid)
        os.kill(process.pid, signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        assert is_stopped(process.pid)
    finally:
        process.kill()
        process.wait()


async def test_a_leaky_gateway_passes_frames_on_and_keeps_sending_after_the_end():
    keyframe, frame = b"\x01" + bytes(16) + b"key", b"\x00" + bytes(16) + b"next"

    async def video(socket):
        await socket.send(json.dumps({"what": "hello", "nonce": "n", "epoch": "e"}))
        assert json.loads(await socket.recv())["ticket"] == "t"
        for message in (keyframe, frame, json.dumps({"what": "ended", "code": "hold.gone"})):
            await socket.send(message)

    async with serve(video, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with (
            leaking(f"ws://127.0.0.1:{port}", "http://127.0.0.1:1", leak_s=0.3) as (url, leaky),
            connect(f"{url}/v1/video", proxy=None) as viewer,
        ):
            assert json.loads(await viewer.recv())["what"] == "hello"
            await viewer.send(json.dumps({"what": "ticket", "ticket": "t"}))
            got = [message async for message in viewer]
    assert got[:2] == [keyframe, frame]
    assert all(isinstance(message, bytes) for message in got)
    assert leaky.leaked >= 3
    assert len(got) == 2 + leaky.leaked


def test_a_gateway_is_caught_only_when_it_leaked_and_was_counted():
    assert Leak(leaked=20, counted=12).caught
    assert not Leak(leaked=0, counted=0).caught
    assert not Leak(leaked=20, counted=0).caught


def test_one_early_acknowledgement_is_a_stall_that_does_not_hold():
    assert Stall(sent=5, acknowledged_meanwhile=0, acknowledged_after=5, held_ms=2000).holds
    assert not Stall(sent=5, acknowledged_meanwhile=1, acknowledged_after=4, held_ms=2000).holds
    assert not Stall(sent=5, acknowledged_meanwhile=0, acknowledged_after=4, held_ms=2000).holds
    assert not Stall(sent=0, acknowledged_meanwhile=0, acknowledged_after=0, held_ms=2000).holds


@pytest.mark.parametrize(
    "change", [{"stopped": False}, {"playing_before": 1}, {"last_frame_ms": 1200.0}, {"ended": ("core.silent", "")}]
)
def test_a_silence_holds_only_when_all_played_the_core_stood_and_all_ended_in_time(change):
    fields = {"videos": 2, "playing_before": 2, "stopped": True, "last_frame_ms": 600.0, "ended": ("core.silent",) * 2}
    assert Silence(**fields).holds(1000.0)
    assert not Silence(**{**fields, **change}).holds(1000.0)


async def test_nothing_is_left_running():
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
