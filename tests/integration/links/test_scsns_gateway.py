"""The SCSNS client against a listener on a real socket: sessions, retries, and partners that misbehave."""

from __future__ import annotations

import asyncio
import socket

import pytest

from bongsu.core.request import Ask
from bongsu.gateways.scsns import Client
from bongsu.wires.scsns.event import digest, read_event
from fakes.scsns import KEY, Clock, a_partner
from fakes.scsns_asks import a_request
from fakes.scsns_partner import FakePartner


@pytest.fixture
async def partner():
    async with FakePartner() as it:
        yield it


def a_client(url: str, **fields) -> Client:
    return Client(a_partner(url=url), KEY, "BONGSU", "http://localhost:8700", Clock(), **fields)


async def deliver(client: Client, times: int = 1):
    try:
        return [await client.deliver(a_request(Ask.OFFER_VIDEO)) for _ in range(times)]
    finally:
        await client.close()


async def test_a_request_arrives_as_an_event_with_headers_route_and_session(partner):
    (receipt,) = await deliver(a_client(partner.url))
    assert receipt.delivered
    ((message,), (headers,)) = partner.events, partner.headers
    assert (message["svcTy"], message["sendCd"], message["rcvCd"], message["rrKey"]) == (
        "EVENT", "BONGSU", "NPA112", "s1",
    )  # fmt: skip
    assert message["tranSysHis"] == [{"tranSysHis": "BONGSU_BGS"}]
    assert (headers["x-scsns-svcty"], headers["x-scsns-sendcd"], headers["x-scsns-type"]) == ("EVENT", "BONGSU", "sync")
    assert (message["hdCnt"], message["dtCnt"], message["reqDate"]) == ("14", "16", "20261122120000")
    assert read_event(message["body"]).find("grant") == "I-1.police_video.police112"


async def test_a_session_is_used_again_and_a_retry_says_the_same(partner):
    receipts = await deliver(a_client(partner.url), 3)
    assert [receipt.delivered for receipt in receipts] == [True] * 3
    assert partner.sign_ins == 1
    assert len({digest(read_event(message["body"])) for message in partner.events}) == 1


async def test_a_session_that_ran_out_is_renewed_at_once(partner):
    client = a_client(partner.url)
    first = await client.deliver(a_request(Ask.OFFER_VIDEO))
    partner.valid.clear()
    (second,) = await deliver(client)
    assert (first.delivered, second.delivered, partner.sign_ins) == (True, True, 2)


async def test_many_at_once_share_one_sign_in(partner):
    client = a_client(partner.url)
    receipts = await asyncio.gather(*(client.deliver(a_request(Ask.SHOW_SCENE)) for _ in range(16)))
    await client.close()
    assert all(receipt.delivered for receipt in receipts)
    assert partner.sign_ins == 1


async def test_a_partner_that_never_accepts_our_session_is_tried_again_later(partner):
    partner.answers = [(401, b'{"result":"1","type":"4001"}')] * 2
    (receipt,) = await deliver(a_client(partner.url))
    assert (receipt.delivered, receipt.final, partner.sign_ins) == (False, False, 2)


async def test_a_refused_key_is_told_and_tried_again_later(partner):
    partner.auth_answer = (401, b'{"result":"1","type":"4001","message":"no"}')
    (receipt,) = await deliver(a_client(partner.url))
    assert (receipt.delivered, receipt.final, receipt.detail) == (False, False, "partner.sign_in 4001")


@pytest.mark.parametrize(
    ("answer", "final", "detail"),
    [
        (
            (400, '{"result":"1","type":"4101","message":"ocrNbr 없음"}'.encode()),
            True,
            "partner.refused 4101 ocrNbr 없음",
        ),
        ((503, b'{"result":"1","type":"5003"}'), False, "partner.refused 5003"),
        ((502, b"<html>proxy</html>"), False, "partner.refused 502"),
        ((200, b"<html>login</html>"), False, "partner.answer"),
        ((200, b"x" * 100_000), False, "partner.answer"),
        ((302, b""), False, "partner.answer"),
    ],
)
async def test_a_failing_partner_is_told_from_a_refusing_one(partner, answer, final, detail):
    partner.answers = [answer]
    (receipt,) = await deliver(a_client(partner.url))
    assert (receipt.delivered, receipt.final, receipt.detail) == (False, final, detail)


async def test_a_silent_partner_costs_its_time_limit_and_no_more(partner):
    partner.is_silent = True
    (receipt,) = await deliver(a_client(partner.url, timeout_s=0.1))
    assert (receipt.delivered, receipt.final, receipt.detail) == (False, False, "partner.timeout")


async def test_a_partner_that_was_silent_under_load_is_told_again_as_soon_as_it_answers(partner):
    client = a_client(partner.url, timeout_s=0.1)
    assert (await client.deliver(a_request(Ask.OFFER_VIDEO))).delivered
    partner.is_silent = True
    for _ in range(6):
        failed = await asyncio.gather(*(client.deliver(a_request(Ask.OFFER_VIDEO)) for _ in range(16)))
        assert {receipt.detail for receipt in failed} == {"partner.timeout"}
    partner.is_silent = False
    (receipt,) = await deliver(client)
    assert (receipt.delivered, receipt.detail) == (True, "")


async def test_what_was_written_to_a_silent_line_is_thrown_away_with_it(partner, monkeypatch):
    asked: list[tuple[int, int, int]] = []
    opened = socket.socket.setsockopt

    def setsockopt(self, level, name, value):
        asked.append((level, name, value))
        return opened(self, level, name, value)

    monkeypatch.setattr(socket.socket, "setsockopt", setsockopt)
    (receipt,) = await deliver(a_client(partner.url, timeout_s=2.0))
    assert receipt.delivered
    assert (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 2000) in asked


async def test_a_partner_that_answers_byte_by_byte_costs_no_more_either(partner):
    partner.trickles = True
    receipt = await asyncio.wait_for(deliver(a_client(partner.url, timeout_s=0.2)), 5)
    assert receipt[0].detail == "partner.timeout"


async def test_a_partner_that_is_not_there_is_tried_again_later(partner):
    async with FakePartner() as gone:
        url = gone.url
    (receipt,) = await deliver(a_client(url))
    assert (receipt.delivered, receipt.final) == (False, False)
    assert receipt.detail.startswith("partner.unreachable")
