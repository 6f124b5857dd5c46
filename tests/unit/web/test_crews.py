"""What comes by the clock: positions each audience may know, health, and the undelivered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from litestar import Litestar
from msgspec.structs import replace

from bongsu.core.asset import UnitKind
from bongsu.core.batch import Batch
from bongsu.core.grant import Grant
from bongsu.core.incident import What
from bongsu.core.request import Ask, OutboxState, Outgoing, ask_of
from bongsu.web.pulse import look
from fakes.city import at
from fakes.desk import NOON
from fakes.listener import Listener, settle
from fakes.platform import POLICE, World, a_grant, a_patrol, a_world, an_incident


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    return a_world(tmp_path_factory.mktemp("app")).app


@pytest.fixture
def world(app: Litestar, tmp_path: Path) -> World:
    return a_world(tmp_path, app=app)


def change(world: World, incident: str, what: What = What.NOTED, *grants: Grant, **fields: Any) -> None:
    old = world.board.incidents[incident]
    world.record(what, replace(old, version=old.version + 1, changed_at=world.clock(), **fields), *grants)


async def listen(world: World, name: str, after: int | None = None) -> Listener:
    query = "" if after is None else f"?after={after}"
    return Listener(world.app, f"/v1/live{query}", await world.sign_in(name))


def positions(world: World, **units: tuple[float, float]) -> None:
    places = [at(x, y) for x, y in units.values()]
    nan = np.full(len(units), np.nan)
    world.city.see(
        Batch(
            sender="t",
            unit=tuple(units),
            lon=np.array([p.lon for p in places]),
            lat=np.array([p.lat for p in places]),
            speed_mps=nan,
            heading_deg=nan,
            phenomenon_time_ms=np.full(len(units), int(world.clock().timestamp() * 1000)),
        )
    )


def indices(frame: bytes) -> list[int]:
    return [int.from_bytes(frame[start : start + 2], "little") for start in range(0, len(frame), 14)]


async def test_an_agency_sees_patrol_cars_near_its_live_cases_only(world: World) -> None:
    crews = [a_patrol("P0"), a_patrol("E1", UnitKind.ENGINE), a_patrol("P2"), a_patrol("P3")]
    world.city.register(crews)
    positions(world, P0=(5000, 0), E1=(10, 0), P2=(20, 0), P3=(30, 0))
    grant = a_grant("I1")
    world.open_case("I1", grant)
    async with await listen(world, "police") as police, await listen(world, "operator") as operator:
        assert [one["id"] for one in (await police.word())["units"]] == ["P2", "P3"]
        assert [one["id"] for one in (await operator.word())["units"]] == ["P0", "E1", "P2", "P3"]
        world.platform.live.crews.tick(world.platform.live.listeners)
        assert indices(await police.frame()) == [0, 1]
        assert indices(await operator.frame()) == [0, 1, 2, 3]
        positions(world, P2=(3000, 0))
        world.platform.live.crews.changed()
        world.platform.live.crews.tick(world.platform.live.listeners)
        assert await police.word() == {"what": "units", "units": [{"id": "P3", "name": "순찰 P3", "kind": "patrol"}]}
        assert indices(await police.frame()) == [0]
        world.end(grant)
        world.platform.live.crews.tick(world.platform.live.listeners)
        assert [(await police.word())["what"] for _ in range(2)] == ["gone", "units"]
        assert await police.frame() == b""


async def test_positions_that_did_not_change_are_not_sent_again(world: World) -> None:
    world.city.register([a_patrol()])
    positions(world, P1=(0, 0))
    async with await listen(world, "operator") as operator:
        await operator.word()
        for _ in range(3):
            world.platform.live.crews.tick(world.platform.live.listeners)
            await settle()
        assert len(await operator.frame()) == 14
        assert operator._out.empty()


async def test_health_is_said_when_it_changes_and_every_so_often(world: World) -> None:
    async with await listen(world, "operator") as operator:
        await operator.word()
        await look(world.platform, tell=True)
        assert (await operator.word())["parts"] == {"core": "ok", "store": "ok", "video": "ok"}
        await look(world.platform, tell=False)
        await settle()
        assert operator.waiting() == []
        world.video = False
        await look(world.platform, tell=False)
        assert (await operator.word())["parts"] == {"core": "ok", "store": "ok", "video": "down"}


async def test_the_undelivered_are_told_to_those_who_follow_them(world: World) -> None:
    incident = an_incident(text="개인정보")
    request = ask_of(POLICE, "police_video", Ask.OFFER_VIDEO, incident, None, at=NOON, for_s=60)
    async with await listen(world, "operator") as operator, await listen(world, "auditor") as auditor:
        await operator.word()
        await auditor.word()
        world.outgoing = [Outgoing(seq=1, request=request, state=OutboxState.DEAD, attempts=9, next_at=NOON)]
        world.platform.live.outbox_changed()
        world.platform.live.parts = world.platform.parts()
        await look(world.platform, tell=False)
        told = await operator.word()
        await settle()
        assert auditor.waiting() == []
    assert told["outbox"][0]["key"] == request.key
    columns = {"key", "agency", "ask", "incident", "state", "attempts", "next_at", "since", "detail"}
    assert set(told["outbox"][0]) == columns
    assert "개인정보" not in str(told)
    async with await listen(world, "admin") as admin:
        assert (await admin.word())["outbox"] == told["outbox"]
