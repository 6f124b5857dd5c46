"""The partners' own copy of SCSNS against the platform's, both ways, over real HTTP."""

from __future__ import annotations

import asyncio
import json
import random
import socket
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
import uvicorn
from litestar import Litestar

from bongsu.core.clock import wall_clock
from bongsu.core.errors import Refused
from bongsu.core.geo import Point
from bongsu.core.report import Partner, Status, Step
from bongsu.core.request import Ask
from bongsu.gateways.scsns import Client as Gateway
from bongsu.sources.scsns import routes
from bongsu.world import feed
from bongsu.world.disaster_hq.stories import ROOM as DISASTER_HQ
from bongsu.world.fire119.stories import ROOM as FIRE119
from bongsu.world.moj.stories import ROOM as MOJ
from bongsu.world.partner import story as stories
from bongsu.world.partner import wire
from bongsu.world.partner.caller import Caller, Pace
from bongsu.world.partner.client import City, Client
from bongsu.world.partner.listener import Listener, serve
from bongsu.world.partner.log import Answered, Log, Sent, read, read_all
from bongsu.world.partner.relay import Relay
from bongsu.world.police112.stories import ROOM as POLICE112
from fakes.partner import PARTY, a_call, a_request
from fakes.scsns import FakeDesk

ROOMS = (POLICE112, FIRE119, DISASTER_HQ, MOJ)
KEY = "the-key-112-shows-the-city-long-enough"
PLACE = Point(127.1, 37.5)
ROBBERY = POLICE112.stories[0]


@asynccontextmanager
async def served(app):
    """Serve an application on a free port, and stop it afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        task = asyncio.create_task(server.serve(sockets=[door]))
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


@pytest.fixture
async def desk():
    return FakeDesk()


@pytest.fixture
def log(tmp_path):
    return Log(tmp_path / "partner.jsonl")


@pytest.fixture
async def client(desk, log):
    partner = Partner(code="POLICE112", name="112", agency="police112")
    doors = routes(
        desk.take, lambda key: partner if key == KEY else None, wall_clock, secret=b"s" * 32, our_marks=["BONGSU_BGS"]
    )
    async with served(Litestar(doors, openapi_config=None)) as url:
        it = Client(City(url=url, key=KEY), PARTY, now=wall_clock, chance=random.Random(1), log=log)
        yield it
        await it.close()


def a_robbery(number: str = "20261122000000001") -> wire.Event:
    return stories.begin(ROBBERY, number, PLACE, datetime.now(UTC), "시장길 3")


@pytest.mark.parametrize("form", [False, True])
async def test_the_city_reads_a_call_as_the_police_meant_it(client, desk, form):
    assert (await client.tell(a_robbery(), form=form)).is_taken
    report = desk.reports[0]
    assert (report.step, report.kind, report.status) == (Step.OCCURRED, "robbery", Status.EXERCISE)
    assert (report.where, report.address) == (PLACE, "시장길 3")
    assert report.occurrence.endswith("/20261122000000001")


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.code)
async def test_the_city_knows_every_kind_of_case_of_every_room_by_our_name_for_it(client, desk, room):
    told = [*room.stories, *room.near_misses]
    for number, story in enumerate(told):
        assert (await client.tell(stories.begin(story, str(number), PLACE, datetime.now(UTC)))).is_taken
    assert [report.kind for report in desk.reports] == [story.kind for story in told]


async def test_a_retry_in_the_other_encoding_is_the_same_report(client, desk):
    call = a_robbery()
    first, again = await client.tell(call), await client.tell(call, form=True)
    assert first.message == again.message
    assert len({report.key for report in desk.reports}) == 1


async def test_every_step_of_a_case_is_read_as_that_step(client, desk):
    call, at = a_robbery(), datetime.now(UTC)
    ends = [stories.finish(ROBBERY, call, at, step) for step in (wire.RELEASED, wire.CANCELLED, wire.ENDED)]
    for event in (stories.learn(ROBBERY, call, at), *ends):
        assert (await client.tell(event)).is_taken
    assert [report.step for report in desk.reports] == ["40", "50", "90", "91"]


async def test_a_tag_alarm_keeps_its_kind_to_its_end(client, desk):
    story = MOJ.story_of("tag_damage")
    begun = stories.begin(story, "1", PLACE, datetime.now(UTC))
    for event in (
        begun,
        stories.learn(story, begun, datetime.now(UTC)),
        stories.finish(story, begun, datetime.now(UTC)),
    ):
        await client.tell(event)
    assert {report.kind for report in desk.reports} == {"tag_damage"}
    assert {report.event_code for report in desk.reports} == {"MOJUC110"}


async def test_a_wrong_key_is_refused_and_a_lost_session_is_renewed(client, desk):
    await client.tell(a_robbery())
    client._session = "from-before-a-restart"
    assert (await client.tell(a_robbery("2"))).is_taken
    stranger = Client(
        City(url=str(client._http.base_url), key="x" * 32), PARTY, now=wall_clock, chance=random.Random(2)
    )
    with pytest.raises(Refused):
        await stranger.sign_on()
    claimed = await client.claim(a_robbery("3"), "guess")
    assert (claimed.is_taken, claimed.type) == (False, "4001")
    await stranger.close()


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.code)
async def test_a_caller_rings_tells_news_and_ends_its_case(client, desk, room):
    pace = Pace(between_s=0.01, news_s=0.01, end_s=0.01)
    caller = Caller(client, room, [PLACE], now=wall_clock, chance=random.Random(3), pace=pace)
    await caller.one_case()
    assert [report.step for report in desk.reports][:2] == ["10", "40"]
    assert desk.reports[2].step in ("50", "90", "91")
    assert {report.status for report in desk.reports} == {Status.EXERCISE}
    assert caller.refused == []


async def test_all_that_was_sent_and_answered_is_on_record(client, desk, tmp_path):
    await client.tell(a_robbery())
    client._session = "lost"
    await client.tell(stories.learn(ROBBERY, a_robbery(), datetime.now(UTC)))
    sent, answered, *more = read_all(tmp_path / "partner.jsonl")
    assert isinstance(sent, Sent)
    assert isinstance(answered, Answered)
    assert (sent.key, sent.step, answered.key, answered.taken) == (answered.key, "10", sent.key, True)
    assert answered.message.startswith("I-")
    assert [line.step for line in more] == ["40", "40"]


async def test_what_people_ring_in_reaches_the_city_as_one_case(client, desk, log):
    relay = Relay(client, FIRE119, PARTY, log)
    told = [a_call(1), a_call(2, step=feed.Step.MORE, text="옆 건물로 번짐"), a_call(3, to=feed.To.POLICE)]
    for call in (*told, a_call(4, step=feed.Step.OVER, text="완진")):
        if call.to is FIRE119.to:
            await relay.carry(call)
    assert [(report.step, report.kind) for report in desk.reports] == [("10", "fire"), ("40", "fire"), ("91", "fire")]
    assert len({report.occurrence for report in desk.reports}) == 1
    assert desk.reports[1].text == "옆 건물로 번짐"
    assert desk.reports[0].accuracy_m == 25


async def test_everybody_who_rings_has_a_case_number_of_his_own_and_the_end_is_told_of_each(client, desk, log):
    relay = Relay(client, FIRE119, PARTY, log)
    for call in (a_call(1), a_call(2), a_call(3, step=feed.Step.OVER)):
        await relay.carry(call)
    first, second, *ends = desk.reports
    assert first.occurrence != second.occurrence
    assert [(report.step, report.occurrence) for report in ends] == [
        ("91", first.occurrence),
        ("91", second.occurrence),
    ]


async def test_after_a_restart_only_what_was_not_taken_is_told(client, desk, log, tmp_path):
    await Relay(client, FIRE119, PARTY, log).carry(a_call(1))
    log.close()
    client._log = Log(tmp_path / "partner.jsonl")
    again = Relay(client, FIRE119, PARTY, client._log)
    for call in (a_call(1), a_call(2, step=feed.Step.OVER)):
        await again.carry(call)
    assert [report.step for report in desk.reports] == ["10", "91"]


async def test_a_room_tells_of_a_case_that_is_another_rooms_business_by_that_rooms_code(client, desk, log):
    await Relay(client, POLICE112, PARTY, log).carry(a_call(1, to=feed.To.POLICE))
    assert (desk.reports[0].kind, desk.reports[0].event_code) == ("fire", "NFAUC201")


async def test_a_case_no_room_has_a_code_for_is_for_the_operators_to_judge(client, desk, log):
    await Relay(client, FIRE119, PARTY, log).carry(a_call(1, kind="meteorite"))
    assert (desk.reports[0].kind, desk.reports[0].event_code) == ("unknown", "OTHER")


async def test_the_city_answers_reach_a_partner_once_in_effect(tmp_path):
    path, port = tmp_path / "police.jsonl", asyncio.get_running_loop().create_future()
    listener = Listener(Log(path), key="k" * 32, now=wall_clock)
    task = asyncio.create_task(serve(listener, host="127.0.0.1", port=0, ready=port.set_result))
    partner = Partner(code="POLICE112", name="112", agency="police112", url=f"http://127.0.0.1:{await port}")
    gateway = Gateway(partner, "k" * 32, "BONGSU", "http://localhost:8700", wall_clock)
    request = a_request(Ask.OFFER_VIDEO)
    receipts = [await gateway.deliver(request) for _ in range(2)]
    await gateway.close()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert all(receipt.delivered for receipt in receipts)
    heard = read(path)
    assert [one.again for one in heard] == [False, True]
    assert (heard[0].occurrence, heard[0].items["grant"]) == ("20261122000000001", "I-1.police_video.police112")
    assert heard[0].items["url"].startswith("http://localhost:8700/")
    assert json.loads(path.read_text().splitlines()[0])["sender"] == "BONGSU"
