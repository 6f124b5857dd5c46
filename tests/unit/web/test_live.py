"""The live board: snapshot, then changes; an agency hears of its own cases only, and only while it may."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from msgspec.structs import replace

from bongsu.core.grant import Grant
from bongsu.core.incident import Joined, State, What
from bongsu.core.ledger import Act
from bongsu.web import live as live_module
from bongsu.web.connection import WAITING_AT_MOST
from bongsu.web.pulse import look
from fakes.desk import NOON
from fakes.listener import Listener, settle
from fakes.platform import FIRE, POLICE, World, a_grant, a_patrol, a_world, an_incident


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


async def test_an_operator_gets_every_open_case_and_what_ended_within_the_hour(world: World) -> None:
    world.open_case("I1", a_grant("I1"))
    world.open_case("I2")
    change(world, "I2", What.CLOSED, state=State.CLOSED)
    world.open_case("I3")
    change(world, "I3", What.CLOSED, state=State.CLOSED)
    world.board.incidents["I3"] = replace(world.board.incidents["I3"], changed_at=NOON - timedelta(hours=1))
    async with await listen(world, "operator") as operator:
        told = await operator.word()
    assert (told["what"], told["seq"], told["now_ms"]) == ("snapshot", 5, int(NOON.timestamp() * 1000))
    assert [one["id"] for one in told["incidents"]] == ["I1", "I2"]
    assert [one["id"] for one in told["grants"]] == ["I1.police_video.police112"]
    assert set(told["cameras"]) == {"C1"}
    assert set(told["cameras"]["C1"]) == {"name", "lon", "lat", "heading_deg", "hfov_deg", "reach_m"}
    assert told["incidents"][0]["where"] == {"lon": 127.1, "lat": 37.51}


async def test_a_change_is_told_with_the_grants_it_made(world: World) -> None:
    async with await listen(world, "operator") as operator:
        await operator.word()
        world.open_case("I1", a_grant("I1", cameras=["C1", "C2"]))
        told = await operator.word()
    assert (told["what"], told["seq"], told["incident"]["id"]) == ("change", 1, "I1")
    assert told["change"] == {
        "what": "opened",
        "at": "2026-11-22T03:00:00Z",
        "by": "system",
        "grant": "",
        "until": None,
    }
    assert [one["id"] for one in told["grants"]] == ["I1.police_video.police112"]
    assert set(told["cameras"]) == {"C1", "C2"}


async def test_an_agency_gets_its_own_case_and_nothing_of_another(world: World) -> None:
    world.open_case("I1", a_grant("I1", POLICE), a_grant("I1", FIRE, ["C3"]))
    world.open_case("I2", a_grant("I2", FIRE, ["C2"]))
    async with await listen(world, "police") as police:
        told = await police.word()
        assert [one["id"] for one in told["incidents"]] == ["I1"]
        assert [one["agency"] for one in told["grants"]] == [POLICE]
        assert set(told["cameras"]) == {"C1"}
        assert told["outbox"] == []
        change(world, "I2")
        change(world, "I1")
        told = await police.word()
        assert (told["what"], told["incident"]["id"], told["grants"]) == ("change", "I1", [])
        assert police.waiting() == []


async def test_another_agencys_time_on_the_same_case_is_not_told(world: World) -> None:
    fire = a_grant("I1", FIRE)
    world.open_case("I1", a_grant("I1", POLICE), fire)
    async with await listen(world, "police") as police:
        await police.word()
        later = replace(fire, version=2, until=fire.until + timedelta(minutes=9))
        old = world.board.incidents["I1"]
        world.record(What.EXTENDED, replace(old, version=2), later, grant=fire.id, until=later.until)
        told = await police.word()
    assert FIRE not in str(told)
    assert (told["change"]["grant"], told["change"]["until"]) == ("", None)


async def test_closing_a_case_tells_the_agency_that_it_is_gone(world: World) -> None:
    grants = (a_grant("I1"), a_grant("I1", service="police_dispatch"))
    world.open_case("I1", *grants)
    async with await listen(world, "police") as police:
        await police.word()
        ended = [replace(grant, version=2, ended=True) for grant in grants]
        change(world, "I1", What.CLOSED, *ended, state=State.CLOSED, close_note="비밀")
        told = [await police.word(), await police.word()]
    assert told == [{"what": "gone", "seq": 2, "incident": "I1", "grant": grant.id} for grant in grants]


async def test_one_of_two_grants_ends_and_the_case_stays(world: World) -> None:
    first, second = a_grant("I1", cameras=["C1"]), a_grant("I1", service="police_dispatch", cameras=["C2"])
    world.open_case("I1", first, second)
    async with await listen(world, "police") as police:
        await police.word()
        world.end(first)
        told = await police.word()
    assert told["what"] == "change"
    assert [(one["id"], one["ended"], one["views"]) for one in told["grants"]] == [(first.id, True, [])]
    assert told["cameras"] == {}


async def test_a_broken_line_goes_on_where_it_stopped(world: World) -> None:
    world.open_case("I1")
    async with await listen(world, "operator") as operator:
        seen = (await operator.word())["seq"]
    for _ in range(3):
        change(world, "I1")
    async with await listen(world, "operator", after=seen) as operator:
        told = [await operator.word() for _ in range(3)]
    assert [(one["what"], one["seq"]) for one in told] == [("change", 2), ("change", 3), ("change", 4)]


@pytest.mark.parametrize("after", [-1, 99])
async def test_what_cannot_be_resumed_starts_from_a_snapshot(world: World, after: int) -> None:
    world.open_case("I1")
    async with await listen(world, "operator", after=after) as operator:
        assert (await operator.word())["what"] == "snapshot"


async def test_only_the_last_changes_are_held(app: Litestar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "KEPT", 3)
    world = a_world(tmp_path, app=app)
    for number in range(5):
        world.open_case(f"I{number}")
    async with await listen(world, "operator", after=1) as operator:
        assert (await operator.word())["what"] == "snapshot"
    async with await listen(world, "operator", after=2) as operator:
        assert [(await operator.word())["seq"] for _ in range(3)] == [3, 4, 5]


async def test_a_resuming_agency_gets_nothing_of_a_case_it_lost_meanwhile(world: World) -> None:
    grant = a_grant("I1")
    world.open_case("I1", grant)
    change(world, "I1", text="피해자 김OO")
    world.end(grant)
    async with await listen(world, "police", after=0) as police:
        told = await police.word()
        assert told == {"what": "gone", "seq": 3, "incident": "I1", "grant": grant.id}
        assert [one["what"] for one in police.waiting()] == ["units"]


@pytest.mark.parametrize("name", ["auditor", "admin", "lost"])
async def test_those_who_see_no_incident_hear_of_none(world: World, name: str) -> None:
    world.open_case("I1", a_grant("I1"), a_grant("I1", "", service="x"))
    world.city.register([a_patrol()])
    async with await listen(world, name) as listener:
        told = await listener.word()
        assert (told["incidents"], told["grants"], told["cameras"], told["units"]) == ([], [], {}, [])
        change(world, "I1")
        await settle()
        assert listener.waiting() == []


async def test_the_end_of_a_session_is_said_and_closes_with_4401(world: World) -> None:
    world.open_case("I1")
    cookie = await world.sign_in("operator")
    async with Listener(world.app, "/v1/live", cookie) as operator:
        await operator.word()
        async with world.client() as client:
            assert (await client.delete("/v1/session", headers=cookie)).status_code == 204
        assert await operator.word() == {"what": "ended", "reason": "signed_out"}
        assert await operator.closed() == 4401
    assert world.dropped == [f"session:{world.ledger.rows[-1].session}"]
    assert world.ledger.rows[-1].act is Act.SIGN_OUT
    assert world.platform.live.listeners == set()


async def test_a_session_that_runs_out_ends_its_connection_and_its_streams(world: World) -> None:
    async with await listen(world, "operator") as operator:
        await operator.word()
        session = world.platform.identity.running()[0]
        world.clock.forward(12 * 3600)
        await look(world.platform, tell=False)
        assert await operator.closed() == 4401
    assert world.dropped == [f"session:{session.id}"]


async def test_nothing_is_told_after_the_end_of_a_session(world: World) -> None:
    cookie = await world.sign_in("operator")
    async with Listener(world.app, "/v1/live", cookie) as operator:
        await operator.word()
        operator.reading.clear()
        world.open_case("I1")
        world.open_case("I2")
        world.platform.live.end(world.session_of(cookie).id, "signed_out")
        world.open_case("I3")
        operator.reading.set()
        told = [one for one in await _until_closed(operator) if one["type"] == "websocket.send"]
    assert not any("I3" in one["text"] for one in told)
    assert '"ended"' in told[-1]["text"]


async def _until_closed(listener: Listener) -> list[dict[str, Any]]:
    messages = [await listener.next()]
    while messages[-1]["type"] != "websocket.close":
        messages.append(await listener.next())
    return messages


async def test_a_stranger_is_told_to_sign_in(world: World) -> None:
    async with Listener(world.app, "/v1/live", {}) as stranger:
        assert await stranger.word() == {"what": "ended", "reason": "expired"}
        assert await stranger.closed() == 4401


async def test_a_page_of_another_site_is_not_let_in(world: World) -> None:
    cookie = await world.sign_in("operator")
    async with Listener(world.app, "/v1/live", cookie | {"Origin": "https://evil.example"}) as evil:
        assert (await evil.next())["type"] == "websocket.close"
        assert not evil.accepted
    async with Listener(world.app, "/v1/live", cookie | {"Origin": "http://localhost:8700"}) as own:
        assert (await own.word())["what"] == "snapshot"


async def test_a_slow_listener_is_dropped_and_delays_nobody(world: World) -> None:
    world.open_case("I1")
    async with await listen(world, "operator") as slow, await listen(world, "operator") as quick:
        await slow.word()
        await quick.word()
        slow.reading.clear()
        for number in range(WAITING_AT_MOST + 2):
            change(world, "I1")
            assert (await quick.word())["seq"] == number + 2
        await settle()
        assert len(world.platform.live.listeners) == 2  # until it has parted
        slow.reading.set()
        assert await slow.closed() == 1013
    async with await listen(world, "operator", after=1) as back:
        assert [(await back.word())["seq"] for _ in range(WAITING_AT_MOST + 2)][-1] == WAITING_AT_MOST + 3


async def test_telling_never_waits(world: World) -> None:
    """`tell` is a plain function: were it to wait, the flow would."""
    assert not asyncio.iscoroutinefunction(world.platform.live.tell)


async def test_what_another_sender_told_of_the_same_case_is_not_an_agencys(world: World) -> None:
    joined = Joined(sender="FIRE119", occurrence="F1", text="119 신고자의 말")
    incident = an_incident(
        text="112 신고", also=(joined,), own=Joined(sender="POLICE112", occurrence="I1", text="첫 신고")
    )
    world.record(What.OPENED, incident, a_grant())
    async with await listen(world, "operator") as operator, await listen(world, "police") as police:
        snapshots = [await operator.word(), await police.word()]
        world.record(What.NOTED, replace(incident, version=2), by="FIRE119")
        words = [await operator.word(), await police.word()]
    for staff, agency in (snapshots, words):
        assert "119 신고자의 말" in json.dumps(staff, ensure_ascii=False)
        assert "119 신고자의 말" not in json.dumps(agency, ensure_ascii=False)
        assert "첫 신고" not in json.dumps(agency, ensure_ascii=False)
        assert "112 신고" in json.dumps(agency, ensure_ascii=False)
