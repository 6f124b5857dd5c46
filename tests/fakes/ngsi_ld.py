"""The NGSI-LD door over a store in a folder, with a small city behind it and a listener for its notifications."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar
from msgspec.structs import replace

from bongsu.core.device import Device
from bongsu.desk.board import Board
from bongsu.settings import NgsiLdSettings, Settings
from bongsu.sharing import Sharing
from bongsu.store import Store, assets
from bongsu.wires.ngsi_ld.models import homes_of, shareable
from fakes.city import a_city
from fakes.desk import NOON
from fakes.scsns import a_partner

KEY, OTHER, SHUT = "key-of-one", "key-of-another", "key-of-none"
PARTNERS = {
    KEY: a_partner(code="HUB", may_share=True),
    OTHER: a_partner(code="HUB2", may_share=True),
    SHUT: a_partner(code="SHUT"),
}
CITY_CONTEXT = "https://city.example/context.jsonld"
CITY_TERMS = {
    "@context": {
        "ex": "https://city.example/",
        "Lamp": "ex:Lamp",
        "brightness": {"@id": "ex:brightness"},
        "Male": "ex:Male",
    }
}
LINK = f'<{CITY_CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
CORE = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
VOCAB = "https://uri.etsi.org/ngsi-ld/default-context/"
ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
ROOT = "/ngsi-ld/v1"


class Hub:
    """A partner's view of the door: `call` sends what a test says; `clock` is the platform's."""

    def __init__(self, sharing: Sharing, client: httpx.AsyncClient, board: Board) -> None:
        self.sharing = sharing
        self.client = client
        self.board = board

    async def call(
        self, method: str, path: str, body: Any = None, *, key: str = KEY, ld: bool = False, **headers: str
    ) -> httpx.Response:
        """One request; `ld` sends it as ld+json, a header's underscores are hyphens."""
        all_headers = {"Authorization": f"Bearer {key}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        if body is not None:
            all_headers.setdefault("Content-Type", "application/ld+json" if ld else "application/json")
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        return await self.client.request(method, ROOT + path, content=content, headers=all_headers)

    async def get(self, path: str, **headers: Any) -> httpx.Response:
        return await self.call("GET", path, **headers)

    async def post(self, path: str, body: Any, **headers: Any) -> httpx.Response:
        return await self.call("POST", path, body, **headers)

    async def patch(self, path: str, body: Any, **headers: Any) -> httpx.Response:
        return await self.call("PATCH", path, body, **headers)

    async def delete(self, path: str, **headers: Any) -> httpx.Response:
        return await self.call("DELETE", path, **headers)

    async def make(self, *entities: dict[str, Any]) -> None:
        """Put entities there."""
        for entity in entities:
            answer = await self.post("/entities", entity)
            assert answer.status_code == 201, answer.text

    async def ids(self, query: str) -> list[str]:
        """The ids a query finds."""
        answer = await self.get(f"/entities?{query}")
        assert answer.status_code == 200, answer.text
        return [one["id"].removeprefix("urn:ngsi-ld:") for one in answer.json()]


@asynccontextmanager
async def a_hub(
    folder: Path, *, devices: Iterable[Device] = (), board: Board | None = None, now: Any = None, **terms: Any
) -> AsyncIterator[Hub]:
    """The door open over this folder's store; opened again, it is what a restart finds."""
    folder.mkdir(exist_ok=True)
    (folder / "city.jsonld").write_text(json.dumps(CITY_TERMS))
    terms = {"contexts": {CITY_CONTEXT: "city.jsonld"}, "networks": ("127.0.0.0/8",), "timeout_s": 0.5} | terms
    settings = replace(Settings(), data=str(folder), ngsi_ld=NgsiLdSettings(**terms))
    store, board = Store(folder), board if board is not None else Board()
    city = a_city()
    sharing = Sharing(settings, store, lambda: city, board, PARTNERS.get, now or (lambda: NOON))
    assert assets.DEVICES
    given = tuple(devices)
    sharing._devices, sharing._homes = shareable(given), homes_of(given)
    sharing._version = 0
    app = Litestar(sharing.routes(), openapi_config=None)
    running = asyncio.create_task(sharing.run())
    transport = httpx.ASGITransport(app)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            yield Hub(sharing, client, board)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        store.close()


def an_entity(name: str = "Lamp:1", kind: str = "Lamp", /, **attributes: Any) -> dict[str, Any]:
    """An entity of a few attributes; a plain value is a Property."""
    shaped = {
        key: value if isinstance(value, dict | list) and key != "plain" else {"type": "Property", "value": value}
        for key, value in attributes.items()
    }
    return {"id": f"urn:ngsi-ld:{name}", "type": kind, **shaped}


def a_place(lon: float, lat: float) -> dict[str, Any]:
    """A GeoProperty of one point."""
    return {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [lon, lat]}}


class Ear:
    """A subscriber's listener: remembers what it is told; `answers` is what it says, `hangs` that it never does."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.answers = 200
        self.hangs = False
        self.headers: dict[str, str] = {}
        self.url = ""
        self._told = asyncio.Condition()

    async def wait(self, count: int, within_s: float = 10.0) -> list[dict[str, Any]]:
        """The bodies of the first so many notifications."""
        async with asyncio.timeout(within_s), self._told:
            await self._told.wait_for(lambda: len(self.heard) >= count)
        return [body for _, body in self.heard]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                headers = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:] if ": " in line)
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                async with self._told:
                    self.heard.append((headers | {"line": head.splitlines()[0]}, json.loads(body)))
                    self._told.notify_all()
                if self.hangs:
                    await asyncio.Event().wait()
                more = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
                writer.write(f"HTTP/1.1 {self.answers} X\r\n{more}Content-Length: 0\r\n\r\n".encode())
                await writer.drain()
        writer.close()


@asynccontextmanager
async def an_ear() -> AsyncIterator[Ear]:
    """A listener on a free port of this machine."""
    ear = Ear()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(asyncio.CancelledError):
            await ear.serve(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    ear.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hear"
    try:
        yield ear
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def a_subscription(ear: Ear | str, *, kind: str = "Lamp", **fields: Any) -> dict[str, Any]:
    """A subscription to entities of a type."""
    uri = ear if isinstance(ear, str) else ear.url
    notification = {"endpoint": {"uri": uri, "accept": "application/json"}} | fields.pop("notification", {})
    entities = {"entities": [{"type": kind}]} if fields.keys().isdisjoint({"entities", "watchedAttributes"}) else {}
    return {"type": "Subscription", **entities, "notification": notification, **fields}
