"""A city on PostgreSQL as its people run it: migrated, filled, served, backed up while it runs, and put back."""

from __future__ import annotations

import json

import pytest

from fakes import running


@pytest.fixture
def city(tmp_path, cluster, monkeypatch):
    """A platform whose settings name a PostgreSQL, its tables made by the owner's command."""
    monkeypatch.setattr(running, "READY_WITHIN_S", 150.0)  # nothing here is about how soon
    platform = running.Platform(tmp_path)
    owner, role = cluster.database(), cluster.role()
    dsn = owner.replace(cluster.owner, role)
    platform.config.write_text(platform.config.read_text("utf-8") + f'[store]\ndsn = "{dsn}"\n', "utf-8")
    refused = platform.bongsu("replay", "--config", str(platform.config))
    assert refused.returncode == 2
    assert "bongsu migrate" in refused.stderr
    made = platform.bongsu("migrate", "--dsn", owner, "--app-role", role)
    assert made.returncode == 0, made.stderr
    return platform


def ask(platform, *words):
    """One command's figures."""
    done = platform.bongsu(*words, "--config", str(platform.config), "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.timeout(400)
def test_a_city_lives_on_postgresql_and_is_restored_to_a_minute(city, cluster, tmp_path):
    register = running.a_register(tmp_path / "cctv.csv")
    settled = ("--config", str(city.config))
    assert city.bongsu("import", "cctv", str(register), *settled).returncode == 0
    told = city.bongsu("user", "add", "kim", "--role", "operator", *settled)
    assert told.returncode == 0, told.stderr
    file = tmp_path / "city.backup"
    with city.running():
        assert city.report(1).is_success
        first = ask(city, "replay")
        ask(city, "backup", str(file))
        assert city.report(2).is_success
        whole = ask(city, "replay")
        refused = city.bongsu("restore", str(file), "--replace", *settled)
        assert refused.returncode == 2
    after = ask(city, "replay")
    assert after["seq"] >= whole["seq"] > first["seq"]
    restored = ask(city, "restore", str(file), "--replace")
    assert restored["digest"] == first["digest"]
    assert ask(city, "replay")["digest"] == first["digest"]
    with city.running():
        assert city.report(1).json()["duplicate"] is True
        assert city.report(2).is_success
    checked = city.bongsu("check", *settled)
    assert checked.returncode == 0, checked.stdout
    counted = ask(city, "retention", "--dry-run")
    assert set(counted) == {"outbox", "sessions", "links", "reports", "ledger", "snapshots"}
    assert not (city.data / "bongsu.db").exists()
