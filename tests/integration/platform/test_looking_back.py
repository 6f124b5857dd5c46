"""The whole way: a camera of the register is recorded, what it showed is told, looked back at, and on the ledger."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from bongsu.video.ingest import HEAD
from fakes.rtsp_camera import RtspCamera, encode
from fakes.running import Platform, a_register

pytestmark = pytest.mark.video


def a_platform(folder: Path, camera: RtspCamera) -> Platform:
    made = Platform(folder, camera.port)
    config = made.config.read_text("utf-8").replace("[video]\n", '[video]\nrecord = "all"\nrecord_max = 1\n')
    made.config.write_text(config, "utf-8")
    done = made.bongsu("import", "cctv", str(a_register(folder / "cctv.csv")), "--data", str(made.data))
    assert done.returncode == 0, done.stderr
    for name, role in (("kim", "operator"), ("lee", "auditor")):
        told = f"{name} long enough\n"
        made.bongsu("user", "add", name, "--role", role, "--password-stdin", "--data", str(made.data), told=told)
    return made


def signed_in(platform: Platform, name: str) -> httpx.AsyncClient:
    client = httpx.AsyncClient(base_url=platform.url, timeout=10, trust_env=False)
    answer = httpx.post(f"{platform.url}/v1/session", json={"name": name, "password": f"{name} long enough"})
    assert answer.status_code == 200, answer.text
    client.cookies.update(answer.cookies)
    return client


async def look_back(platform: Platform, client: httpx.AsyncClient, camera: str, from_ms: int) -> list[int]:
    """The places of the first frames, in Unix milliseconds."""
    async with connect(f"ws://127.0.0.1:{platform.video_port}/v1/video", max_size=None, compression=None) as ws:
        hello = json.loads(await ws.recv())
        wish: dict[str, Any] = {"camera": camera, "form": "replay", "reason": "통합 시험 다시보기"}
        wish |= {"nonce": hello["nonce"], "epoch": hello["epoch"], "from_ms": from_ms, "to_ms": from_ms + 600_000}
        answer = await client.post("/v1/tickets", json=wish)
        assert answer.status_code == 200, answer.text
        await ws.send(json.dumps({"what": "ticket", **answer.json()}))
        places: list[int] = []
        while len(places) < 5:
            message = await ws.recv()
            if isinstance(message, bytes):
                places.append(HEAD.unpack(message[: HEAD.size])[1] // 1000)
        return places


async def test_a_camera_is_recorded_looked_back_at_and_the_look_is_on_the_ledger(tmp_path: Path) -> None:
    camera = await RtspCamera(encode()).start()
    platform = await asyncio.to_thread(a_platform, tmp_path, camera)
    began_ms = int(time.time() * 1000)
    running = platform.running()
    await asyncio.to_thread(running.__enter__)
    try:
        async with asyncio.timeout(60), signed_in(platform, "kim") as client:
            ids = (await client.get("/v1/cameras")).json()["id"]
            found: dict[str, dict[str, Any]] = {}
            while not any(one["spans"] for one in found.values()):
                await asyncio.sleep(0.3)
                window = {"from_ms": began_ms, "to_ms": int(time.time() * 1000) + 1}
                asked = [(await client.get(f"/v1/cameras/{one}/recorded", params=window)).json() for one in ids]
                found = dict(zip(ids, asked, strict=True))
            (recorded,) = [one for one, told in found.items() if told["recorded"]]
            assert sum(bool(told["spans"]) for told in found.values()) == 1
            places = await look_back(platform, client, recorded, began_ms)
            assert began_ms <= places[0] <= time.time() * 1000
        async with signed_in(platform, "lee") as auditor:
            rows = (await auditor.get("/v1/ledger", params={"limit": 50})).json()
        text = json.dumps(rows)
        assert '"replay"' in text
        assert recorded in text
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)
        await camera.die()
