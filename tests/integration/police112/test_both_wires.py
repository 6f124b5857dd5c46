"""The police's own copy of SCSNS against the platform's, both ways, over real HTTP."""

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
from bongsu.world.police112 import stories, wire
from bongsu.world.police112.caller import Caller, Pace
from bongsu.world.police112.client import City, Client
from bongsu.world.police112.listener import Listener, serve
from bongsu.world.police112.log import Log, read
from fakes.police112 import PARTY, a_request
from fakes.scsns import FakeDesk

KEY = "the-key-112-shows-the-city-long-enough"
PLACE = Point(127.1, 37.5)


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
async def client(desk):
    partner = Partner(code="POLICE112", name="112", agency="police112")
    doors = routes(
        desk.take, lambda key: partner if key == KEY else None, wall_clock, secret=b"s" * 32, our_marks=["BONGSU_BGS"]
    )
    async with served(Litestar(doors, openapi_config=None)) as url:
        it = Client(City(url=url, key=KEY), PARTY, now=wall_clock, chance=random.Random(1))
        yield it
        await it.close()


def a_call(number: str = "20261122000000001") -> wire.Event:
    return stories.begin(stories.STORIES[0], number, PLACE, datetime.now(UTC), "시장길 3")


@pytest.mark.parametrize("form", [False, True])
async def test_the_city_reads_a_call_as_the_police_meant_it(client, desk, form):
    assert (await client.tell(a_call(), form=form)).is_taken
    report = desk.reports[0]
    assert (report.step, report.kind, report.status) == (Step.OCCURRED, "robbery", Status.EXERCISE)
    assert (report.where, report.address) == (PLACE, "시장길 3")
    assert report.occurrence.endswith("/20261122000000001")


@pytest.mark.parametrize("story", stories.STORIES, ids=lambda story: story.kind)
async def test_the_city_knows_every_kind_of_call_by_our_name_for_it(client, desk, story):
    await client.tell(stories.begin(story, "1", PLACE, datetime.now(UTC)))
    assert desk.reports[0].kind == story.kind


async def test_a_retry_in_the_other_encoding_is_the_same_report(client, desk):
    call = a_call()
    first, again = await client.tell(call), await client.tell(call, form=True)
    assert first.message == again.message
    assert len({report.key for report in desk.reports}) == 1


async def test_every_step_of_a_case_is_read_as_that_step(client, desk):
    call, at = a_call(), datetime.now(UTC)
    for event in (stories.learn(stories.STORIES[0], call, at), *(
        stories.finish(stories.STORIES[0], call, at, step) for step in (wire.RELEASED, wire.CANCELLED, wire.ENDED)
    )):  # fmt: skip
        assert (await client.tell(event)).is_taken
    assert [report.step for report in desk.reports] == ["40", "50", "90", "91"]


async def test_a_wrong_key_is_refused_and_a_lost_session_is_renewed(client, desk):
    await client.tell(a_call())
    client._session = "from-before-a-restart"
    assert (await client.tell(a_call("2"))).is_taken
    stranger = Client(
        City(url=str(client._http.base_url), key="x" * 32), PARTY, now=wall_clock, chance=random.Random(2)
    )
    with pytest.raises(Refused):
        await stranger.sign_on()
    claimed = await client.claim(a_call("3"), "guess")
    assert (claimed.is_taken, claimed.type) == (False, "4001")
    await stranger.close()


async def test_the_caller_rings_tells_news_and_ends_its_case(client, desk):
    caller = Caller(
        client, [PLACE], now=wall_clock, chance=random.Random(3), pace=Pace(between_s=0.01, news_s=0.01, end_s=0.01)
    )
    await caller.one_case()
    assert [report.step for report in desk.reports][:2] == ["10", "40"]
    assert desk.reports[2].step in ("50", "90", "91")
    assert {report.status for report in desk.reports} == {Status.EXERCISE}
    assert caller.refused == []


async def test_the_city_answers_reach_the_police_once_in_effect(tmp_path):
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
