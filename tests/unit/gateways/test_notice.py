"""Letters to the message centre: what is in them, and what the centre's answer means."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import msgspec
import pytest

from bongsu.core.request import Ask, ask_of
from bongsu.desk.board import Board
from bongsu.desk.hear import hear
from bongsu.gateways.notice import Client, letter_of
from fakes.desk import NOON, FlatCity, a_report

KEY = "k" * 24


def a_request(ask=Ask.TELL_GUARDIAN):
    report = a_report(kind="elder_inactive", occurrence="quiet:H-1:1790000000000", text="H-1: 9시간 동안 활동 없음")
    incident = hear(Board(), report, FlatCity(), NOON).changes[0].incident
    return ask_of("message_centre", "elder_care", ask, incident, None, at=NOON, for_s=60.0)


@asynccontextmanager
async def a_centre(status, *, silent=False):
    """A message centre that answers everything with one status, or nothing at all."""
    heard = []

    async def talk(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(
            next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")).split()[1]
        )
        heard.append((head.decode().lower(), msgspec.json.decode(await reader.readexactly(length))))
        if not silent:
            writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = Client(f"http://127.0.0.1:{port}/letters", KEY, timeout_s=0.5)
    try:
        yield client, heard
    finally:
        await client.close()
        server.close()


async def test_a_letter_names_the_subject_and_no_person():
    async with a_centre(202) as (client, heard):
        receipt = await client.deliver(a_request())
    assert receipt.delivered
    head, letter = heard[0]
    assert f"authorization: bearer {KEY}" in head
    assert f"idempotency-key: {a_request().key}".lower() in head
    assert (letter["to"], letter["subject"], letter["status"]) == ("guardian", "H-1", "Exercise")
    assert letter["name"] == "독거노인 활동 없음"
    assert letter["text"] == "H-1: 9시간 동안 활동 없음"


@pytest.mark.parametrize(
    "status, delivered, final",
    [(200, True, False), (409, True, False), (422, False, True), (401, False, False), (503, False, False)],
)
async def test_what_the_centre_answers_decides_whether_it_is_told_again(status, delivered, final):
    async with a_centre(status) as (client, _):
        receipt = await client.deliver(a_request())
    assert (receipt.delivered, receipt.final) == (delivered, final)


async def test_a_centre_that_says_nothing_is_tried_again():
    async with a_centre(200, silent=True) as (client, heard):
        receipt = await client.deliver(a_request())
    assert heard
    assert (receipt.delivered, receipt.final, receipt.detail) == (False, False, "partner.timeout")


async def test_nobody_there_is_tried_again():
    client = Client("http://127.0.0.1:9/letters", KEY, timeout_s=0.5)
    receipt = await client.deliver(a_request())
    await client.close()
    assert (receipt.delivered, receipt.final) == (False, False)


async def test_an_ask_that_tells_nobody_is_not_sent():
    request = a_request(Ask.OFFER_VIDEO)
    assert letter_of(request) is None
    receipt = await Client("http://127.0.0.1:9/", KEY).deliver(request)
    assert receipt.final
