"""The platform as a whole: what is acknowledged survives, one folder has one owner, the journal is the truth."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import httpx
import pytest

from fakes.running import KEY, Platform, a_register


@pytest.fixture
def platform(tmp_path):
    made = Platform(tmp_path)
    done = made.bongsu("import", "cctv", str(a_register(tmp_path / "cctv.csv")), "--data", str(made.data))
    assert done.returncode == 0, done.stderr
    return made


def replay(platform):
    done = platform.bongsu("replay", "--data", str(platform.data), "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_was_acknowledged_survives_kill_9_and_the_parent_starts_the_core_again(platform):
    with platform.running():
        acknowledged = [platform.report(n).json()["incident"] for n in range(20)]
        before = platform.core_pid()
        os.kill(before, signal.SIGKILL)
        until = time.monotonic() + 20
        while platform.core_pid() == before and time.monotonic() < until:
            time.sleep(0.05)
        platform.wait_ready()
        again = [platform.report(n).json() for n in range(20)]
        assert [one["incident"] for one in again] == acknowledged
        assert all(one["duplicate"] for one in again)
    assert replay(platform)["incidents"] == 20


def test_the_running_board_equals_the_fold_of_the_journal_grants_included(platform):
    with platform.running():
        for n in range(5):
            platform.report(n)
        platform.report(3, "91")
        token = json.loads((platform.data / "run" / "core.json").read_text())["token"]
        running = httpx.get(f"{platform.url}/v1/board", headers={"Authorization": f"Bearer {token}"}).json()
        folded = replay(platform)
    assert (running["seq"], running["digest"]) == (folded["seq"], folded["digest"])
    assert folded["grants"] == 5
    assert folded["running"] == 4


def test_replay_needs_no_service(platform):
    with platform.running():
        platform.report(1)
    blocked = (
        "import sys\n"
        "class Block:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.startswith('bongsu.services'):\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, Block())\n"
        f"sys.argv = ['bongsu', 'replay', '--data', {str(platform.data)!r}, '--json']\n"
        "from bongsu.cli import main\nmain()\n"
    )
    done = subprocess.run([sys.executable, "-c", blocked], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["grants"] == 1


def test_a_second_copy_on_the_same_folder_refuses_with_one_sentence(platform, tmp_path):
    with platform.running():
        other = Platform(tmp_path)
        done = other.bongsu("serve", "--config", str(other.config))
        assert done.returncode == 2
        assert "Another bongsu owns this data folder" in done.stderr
        assert httpx.get(f"{platform.url}/healthz").status_code == 200


def test_an_import_beside_a_running_platform_is_one_swap(platform, tmp_path):
    with platform.running():
        more = a_register(tmp_path / "more.csv", count=9)
        done = platform.bongsu("import", "cctv", str(more), "--data", str(platform.data), "--report", "json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["imported"] == 9
        token = json.loads((platform.data / "run" / "core.json").read_text())["token"]
        lines = httpx.get(f"{platform.url}/v1/cameras/register", headers={"Authorization": f"Bearer {token}"}).text
        assert len(lines.splitlines()) == 9


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a table", b"", b"%PDF-1.7"], ids=["xlsx", "empty", "pdf"])
def test_a_file_that_is_not_what_its_name_says_is_one_sentence_and_leaves_the_store(platform, tmp_path, content):
    wrong = tmp_path / "wrong.csv"
    wrong.write_bytes(content)
    before = (platform.data / "bongsu.db").read_bytes()
    done = platform.bongsu("import", "cctv", str(wrong), "--data", str(platform.data))
    assert done.returncode == 2
    assert done.stdout == ""
    assert 1 <= len(done.stderr.strip().splitlines()) <= 2
    assert "Traceback" not in done.stderr
    assert (platform.data / "bongsu.db").read_bytes() == before


def test_check_names_each_reason_and_a_missing_secret_stops_the_start(platform):
    del platform.env["BONGSU_PARTNER_POLICE112_KEY"]
    done = platform.bongsu("check", "--config", str(platform.config))
    assert done.returncode == 2
    assert "BAD  secrets" in done.stdout
    assert "ok   store" in done.stdout
    done = platform.bongsu("serve", "--config", str(platform.config))
    assert done.returncode == 2
    assert "BONGSU_PARTNER_POLICE112_KEY" in done.stderr


def test_a_users_password_lets_them_in_and_a_link_works_once(platform):
    told = platform.bongsu(
        "user", "add", "kim", "--role", "operator", "--password-stdin", "--data", str(platform.data),
        told="correct horse battery\n",
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    link = platform.bongsu("user", "link", "kim", "--url", platform.url, "--data", str(platform.data)).stdout.strip()
    with platform.running(), httpx.Client(base_url=platform.url) as browser:
        wrong = browser.post("/v1/session", json={"name": "kim", "password": "wrong horse battery"})
        assert wrong.status_code == 401
        right = browser.post("/v1/session", json={"name": "kim", "password": "correct horse battery"})
        assert right.status_code in (200, 201)
        assert browser.get("/v1/session").json()["role"] == "operator"
        assert httpx.get(link).status_code == 303
        assert httpx.get(link).status_code == 401


def test_patrol_cars_move_on_the_map_by_observations(platform):
    body = {
        "units": [{"id": "P-1", "name": "순찰 1호", "kind": "patrol"}],
        "observations": [{"unit": "P-1", "lon": 127.1, "lat": 37.51, "phenomenon_time_ms": 1}] * 3,
    }
    with platform.running():
        answer = httpx.post(f"{platform.url}/v1/observations", json=body, headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == 202
    assert answer.json() == {"accepted": 3, "unknown": 0, "shed": 0}
