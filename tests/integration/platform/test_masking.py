"""The whole way: a camera is masked while it is watched, and laid bare for a while with a reason; all is on record."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from fakes.running import Platform, a_register
from fakes.video import Officer
from fakes.zones import WINDOW, Eye, a_window_camera, shows_window

pytestmark = pytest.mark.video
UNMASK_S = 6


def a_platform(folder: Path, port: int) -> Platform:
    made = Platform(folder, port)
    config = made.config.read_text("utf-8").replace("[video]\n", f"[video]\nunmask_s = {UNMASK_S}.0\n")
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


@asynccontextmanager
async def watching(platform: Platform, client: httpx.AsyncClient, **wish: Any) -> AsyncIterator[Eye]:
    async with connect(f"ws://127.0.0.1:{platform.video_port}/v1/video", max_size=None, compression=None) as ws:
        hello = json.loads(await ws.recv())
        told = {"form": "live", "nonce": hello["nonce"], "epoch": hello["epoch"]} | wish
        answer = await client.post("/v1/tickets", json=told)
        assert answer.status_code == 200, answer.text
        officer = Officer(ws, hello["nonce"], hello["epoch"])
        await officer.show(answer.json()["ticket"])
        yield Eye(officer)


async def mask(client: httpx.AsyncClient, camera: str) -> None:
    body = {"type": "mask", "zones": [{"name": "창문", "ring": WINDOW}]}
    change = {"version": 0, "body": body, "note": "주민 요청으로 가림"}
    answer = await client.put(f"/v1/records/mask/{camera}", json=change)
    assert answer.status_code == 200, answer.text


async def test_a_mask_covers_at_once_and_is_lifted_for_a_while_on_the_record(tmp_path: Path) -> None:
    async with a_window_camera() as camera:
        platform = await asyncio.to_thread(a_platform, tmp_path, camera.port)
        running = platform.running()
        await asyncio.to_thread(running.__enter__)
        try:
            async with asyncio.timeout(90), signed_in(platform, "kim") as client:
                await _masked_and_bare(platform, client)
            async with signed_in(platform, "lee") as auditor:
                rows = (await auditor.get("/v1/ledger", params={"limit": 50})).json()
        finally:
            await asyncio.to_thread(running.__exit__, None, None, None)
    acts = [row["act"] for row in rows]
    assert acts.index("unmask") > 0
    assert any(row["act"] == "view" and "unmasked by" in row.get("reason", "") for row in rows)
    assert any(row["act"] == "watched" and "unmask.over" in row["reason"] for row in rows)
    assert any(row["act"] == "revise" for row in rows)
    assert any(row["act"] == "refuse" for row in rows)


async def _masked_and_bare(platform: Platform, client: httpx.AsyncClient) -> None:
    incident = (await asyncio.to_thread(platform.report, 1)).json()["incident"]
    one = (await client.get("/v1/cameras")).json()["id"][0]
    wish = {"camera": one, "incident": incident}
    async with watching(platform, client, **wish) as eye:
        assert shows_window(await eye.picture())
        await mask(client, one)
        assert (await eye.word("trouble"))["code"] == "mask.changed"
        assert not any([shows_window(await eye.picture()) for _ in range(20)])
    assert (await client.post("/v1/unmaskings", json=wish | {"reason": "왜"})).status_code == 403
    answer = await client.post("/v1/unmaskings", json=wish | {"reason": "용의자 얼굴 확인"})
    assert answer.status_code == 201, answer.text
    began = time.monotonic()
    async with watching(platform, client, **wish, unmasking=answer.json()["id"]) as eye:
        assert shows_window(await eye.picture())
        assert (await eye.word("ended"))["code"] == "unmask.over"
    assert UNMASK_S - 1 < time.monotonic() - began < UNMASK_S + 2
    async with watching(platform, client, **wish) as eye:
        assert not shows_window(await eye.picture())
