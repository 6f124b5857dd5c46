"""The live board over a real line: uvicorn, TCP, a client that breaks off and one that stops reading."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import uvicorn
from msgspec.structs import replace
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bongsu.core.incident import What
from bongsu.web.server import listen
from fakes.platform import World, a_grant, a_world


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[World, str]]:
    """A platform behind a real port."""
    world = a_world(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(listen(world.app, world.platform.settings.web, timeout_graceful_shutdown=1))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.01)  # uvicorn says it no other way
        yield world, f"127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await task


async def line(address: str, who: dict[str, str], after: int | None = None, **more: Any) -> ClientConnection:
    query = "" if after is None else f"?after={after}"
    return await connect(f"ws://{address}/v1/live{query}", additional_headers=who, **more)


async def word(client: ClientConnection, what: str) -> dict[str, Any]:
    """The next word of a kind."""
    async with asyncio.timeout(10):
        while True:
            text = await client.recv()
            if isinstance(text, str) and (told := msgspec.json.decode(text))["what"] == what:
                return dict(told)


def note(world: World, incident: str, **fields: Any) -> None:
    old = world.board.incidents[incident]
    world.record(What.NOTED, replace(old, version=old.version + 1, **fields))


async def test_a_line_that_broke_is_picked_up_without_a_gap(served: tuple[World, str]) -> None:
    world, address = served
    who = await world.sign_in("operator")
    world.open_case("I1", a_grant())
    first = await line(address, who)
    seen = (await word(first, "snapshot"))["seq"]
    first.transport.abort()
    for _ in range(5):
        note(world, "I1")
    again = await line(address, who, after=seen)
    assert [(await word(again, "change"))["seq"] for _ in range(5)] == [2, 3, 4, 5, 6]
    await again.close()


async def test_who_stops_reading_is_dropped_and_nobody_else_waits(served: tuple[World, str]) -> None:
    world, address = served
    who = await world.sign_in("operator")
    world.open_case("I1")
    slow = await line(address, who, max_queue=1)
    await word(slow, "snapshot")
    slow.transport.pause_reading()
    quick = await line(address, who)
    await word(quick, "snapshot")
    long = "가" * 20_000
    for _ in range(1_200):
        note(world, "I1", text=long)
        await word(quick, "change")
        if len(world.platform.live.listeners) == 1:
            break
    async with asyncio.timeout(5):  # a second for its farewell, which it will not hear
        while len(world.platform.live.listeners) > 1:
            await asyncio.sleep(0.02)
    await quick.close()
    slow.transport.abort()


async def test_the_end_of_a_session_reaches_the_browser_as_4401(served: tuple[World, str]) -> None:
    world, address = served
    who = await world.sign_in("police")
    client = await line(address, who)
    await word(client, "snapshot")
    async with httpx.AsyncClient() as http:
        assert (await http.delete(f"http://{address}/v1/session", headers=who)).status_code == 204
    assert (await word(client, "ended"))["reason"] == "signed_out"
    with pytest.raises(ConnectionClosed) as closed:
        await client.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


async def test_a_forwarded_address_is_not_believed(served: tuple[World, str]) -> None:
    world, address = served
    forged = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https", "Forwarded": "for=6.6.6.6"}
    async with httpx.AsyncClient() as http:
        answer = await http.post(
            f"http://{address}/v1/session", headers=forged, json={"name": "operator", "password": "wrong"}
        )
    assert answer.status_code == 401
    assert world.ledger.rows[-1].origin == "127.0.0.1"
    assert "server" not in answer.headers
