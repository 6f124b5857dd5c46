"""An officer's terminal: signs in as the agency's user and keeps the live board on screen."""

from __future__ import annotations

import asyncio
import time
from http.cookies import SimpleCookie
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from bongsu.core.errors import Refused, Unavailable
from bongsu.core.rendezvous import owner
from bongsu.world.partner.board import Screen
from bongsu.world.partner.client import KEEP_OPEN_S

COOKIE = "bongsu_session"


class Terminal:
    """One signed-in person at one screen."""

    def __init__(self, url: str, *, agent: str = "partner-terminal") -> None:
        self.url = url
        self.screen = Screen()
        self.video_url = ""
        self.user = ""
        self.cookie = ""
        self._http = httpx.AsyncClient(
            base_url=url,
            timeout=10.0,
            trust_env=False,
            headers={"User-Agent": agent, "Origin": url},
            limits=httpx.Limits(keepalive_expiry=KEEP_OPEN_S),
        )
        self._reading: asyncio.Task[None] | None = None

    async def sign_in(self, name: str, password: str) -> None:
        """Sign in; raise Refused("city.sign_in") when the city does not let us."""
        got = await self._http.post("/v1/session", json={"name": name, "password": password})
        if got.status_code not in (200, 201):
            raise Refused("city.sign_in", name=name, status=got.status_code)
        morsel = SimpleCookie(got.headers.get("set-cookie", "")).get(COOKIE)
        self.cookie = morsel.value if morsel is not None else ""
        self.video_url = str(got.json().get("video_url", ""))
        self.screen.videos = list(got.json().get("videos", []))
        self.user = str(got.json().get("user", name))

    async def open_board(self, *, within_s: float = 10.0) -> None:
        """Open the live board and return when its snapshot is on screen; raise Unavailable when it does not come."""
        self._reading = asyncio.create_task(self._keep_reading(), name=f"board of {self.user}")
        async with asyncio.timeout(within_s):
            while self.screen.snapshots == 0:
                if self._reading.done():
                    raise Unavailable("city.board", detail=str(self._reading.exception()))
                await asyncio.sleep(0.02)

    def video_of(self, camera: str) -> str:
        """Where to look at a camera: the video process its name and the camera's id are heaviest with (doors.md)."""
        alive = {str(one["name"]): str(one["url"]) for one in self.screen.videos if one["alive"]}
        return alive.get(owner(alive, camera), self.video_url)

    async def get(self, path: str, **query: str | int) -> httpx.Response:
        """Read something of the city's as this person."""
        return await self._http.get(path, params=query)

    async def get_range(self, path: str, first: int, last: int) -> bytes:
        """Some bytes of a file of the city's; none when there is no such file."""
        got = await self._http.get(path, headers={"Range": f"bytes={first}-{last}"})
        return got.content if got.is_success else b""

    async def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Ask something of the city as this person."""
        return await self._http.post(path, json=body)

    async def put(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Give the city a new version of something as this person."""
        return await self._http.put(path, json=body)

    async def delete(self, path: str) -> httpx.Response:
        """Take something back as this person."""
        return await self._http.delete(path)

    async def close(self) -> None:
        """Switch the screen off; the session stays as it is."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        await self._http.aclose()

    async def _keep_reading(self) -> None:
        """Read the board for as long as the terminal is on; after a break, connect again where we left off."""
        while True:
            try:
                async with self._board_socket() as socket:
                    await self._read(socket)
            except (OSError, InvalidHandshake, ConnectionClosed, TimeoutError):
                await asyncio.sleep(0.2)

    def _board_socket(self) -> connect:
        after = f"?after={self.screen.seq}" if self.screen.snapshots else ""
        return connect(
            self.url.replace("http", "ws", 1) + f"/v1/live{after}",
            origin=self.url,  # type: ignore[arg-type]  # the library's NewType over str
            additional_headers={"Cookie": f"{COOKIE}={self.cookie}"},
            compression=None,
            max_size=None,
            proxy=None,
        )

    async def _read(self, socket: ClientConnection) -> None:
        async for message in socket:
            if isinstance(message, str):
                self.screen.hear(message, time.monotonic(), time.time() * 1000)
