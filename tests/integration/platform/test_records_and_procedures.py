"""A running platform: records change under it, procedures keep their deadlines over a kill, the suspended are out."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import Any

import httpx
import pytest

from fakes.running import Platform

pytestmark = pytest.mark.timeout(300)

STEPS = [{"id": "look", "title": "본다", "within_s": 2.0, "escalate": "police112"}, {"id": "note", "title": "적는다"}]
BODY = {"type": "procedure", "name": "짧은 절차", "kinds": ["robbery"], "steps": STEPS}


@pytest.fixture
def platform(tmp_path) -> Platform:
    made = Platform(tmp_path)
    for name, role in (("ann", "admin"), ("kim", "operator")):
        done = made.bongsu("user", "add", name, "--role", role, "--data", str(made.data))
        assert done.returncode == 0, done.stderr
    return made


def signed_in(platform: Platform, *names: str) -> list[httpx.Client]:
    """A browser each; links are made before the platform owns its folder."""
    clients = []
    for name in names:
        link = platform.bongsu("user", "link", name, "--url", platform.url, "--data", str(platform.data)).stdout.strip()
        client = httpx.Client(base_url=platform.url, timeout=10)
        client.headers["x-link"] = link
        clients.append(client)
    return clients


def enter(*clients: httpx.Client) -> None:
    for client in clients:
        assert client.get(client.headers.pop("x-link")).status_code == 303


def put(client: httpx.Client, path: str, version: int, body: dict[str, Any]) -> httpx.Response:
    return client.put(f"/v1/records/{path}", json={"version": version, "body": body, "note": "시험을 위해"})


def replay(platform: Platform) -> dict[str, Any]:
    done = platform.bongsu("replay", "--data", str(platform.data), "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def outbox(client: httpx.Client) -> list[str]:
    return [one["key"] for one in client.get("/v1/outbox").json() if one["ask"] == "notify"]


def wait_for(what: Any, within_s: float = 40.0) -> Any:
    until = time.monotonic() + within_s
    while not (found := what()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.1)
    return found


def test_a_deadline_missed_while_the_core_is_dead_fires_after_the_restart_and_only_once(platform):
    ann, kim = signed_in(platform, "ann", "kim")
    with platform.running():
        enter(ann, kim)
        records = {(one["kind"], one["id"]): one for one in kim.get("/v1/records").json()}
        assert records["service", "police_video"]["body"]["terms"]["within_m"] == 500.0
        assert records["user", "ann"]["by"] == "settings"
        assert {"zone"} | {kind for kind, _ in records} == {
            "zone", "service", "kind", "procedure", "purpose", "user", "correlation", "export", "rule",
        }  # fmt: skip
        body = {**BODY, "service": "police_video"}
        assert put(kim, "procedure/police_video", 1, {**body, "kinds": ["robbery", "theft"]}).status_code == 200
        assert put(kim, "procedure/police_video", 1, body).status_code == 409
        assert put(kim, "procedure/police_video", 2, body).status_code == 200
        assert [one["version"] for one in kim.get("/v1/records/procedure/police_video/history").json()] == [3, 2, 1]
        incident = platform.report(1).json()["incident"]
        before = platform.core_pid()
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: platform.core_pid() != before)
        platform.wait_ready()
        key = f"{incident}.2.police_video.look.notify.police112"
        assert wait_for(lambda: outbox(kim)) == [key]
        done = kim.post(f"/v1/incidents/{incident}/steps/look", json={"outcome": "done"})
        assert done.json()["version"] == 3
        before = platform.core_pid()
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: platform.core_pid() != before)
        platform.wait_ready()
        time.sleep(0.6)  # two looks at the clocks: nothing more may come
        assert outbox(kim) == [key]
        token = json.loads((platform.data / "run" / "core.json").read_text())["token"]
        running = httpx.get(f"{platform.url}/v1/board", headers={"Authorization": f"Bearer {token}"}).json()
        folded = replay(platform)
        assert (running["seq"], running["digest"]) == (folded["seq"], folded["digest"])


def test_whoever_is_suspended_is_out_at_once_and_stays_out_over_a_restart(platform):
    ann, kim = signed_in(platform, "ann", "kim")
    with platform.running():
        enter(ann, kim)
        assert kim.get("/v1/session").status_code == 200
        staff = {"type": "user", "name": "kim", "role": "operator", "suspended": True}
        assert put(kim, "user/kim", 1, staff).status_code == 403
        assert put(ann, "user/kim", 1, staff).status_code == 200
        assert kim.get("/v1/session").status_code == 401
        last = put(ann, "user/ann", 1, {"type": "user", "name": "ann", "role": "admin", "suspended": True})
        assert (last.status_code, last.json()["code"]) == (409, "error.user.last_admin")
        before = platform.core_pid()
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: platform.core_pid() != before)
        platform.wait_ready()
        assert kim.get("/v1/session").status_code == 401
        assert ann.get("/v1/session").status_code == 200
