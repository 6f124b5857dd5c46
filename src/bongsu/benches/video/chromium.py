"""A headless Chromium, spoken to over its own DevTools protocol; only what the bench needs of it."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect

from bongsu.core.errors import Unavailable
from bongsu.drills import processes

NAMES = ("chromium", "chromium-browser", "google-chrome")
WORDS = (
    "--headless=new",
    "--no-sandbox",
    "--remote-debugging-port=0",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Without a graphics card an imitated one would paint every picture on the cores that are measured, at four times
    # the cost of Chromium's own drawing; only the map needs it, and no map is looked at here.
    "--disable-gpu",
    "--window-size=1920,1080",
    # Without a graphics card the map's glide to the next case would be painted by the cores that are measured.
    "--force-prefers-reduced-motion",
)
WITHIN_S = 60.0


class Page:
    """One tab. Its methods raise Unavailable("drill.browser") when the page says that something went wrong."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._numbers = itertools.count(1)

    async def order(self, method: str, **words: object) -> dict[str, Any]:
        """One command of the protocol, and its result."""
        number = next(self._numbers)
        await self._line.send(msgspec.json.encode({"id": number, "method": method, "params": words}).decode())
        while True:
            said = msgspec.json.decode(await self._line.recv())
            if said.get("id") == number:
                break
        if "error" in said:
            raise Unavailable("drill.browser", detail=str(said["error"])[:300])
        result: dict[str, Any] = said["result"]
        return result

    async def run(self, script: str) -> Any:
        """What a JavaScript expression comes to; a promise is awaited."""
        said = await self.order("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in said:
            raise Unavailable("drill.browser", detail=str(said["exceptionDetails"])[:300])
        return said["result"].get("value")

    async def until(self, script: str) -> None:
        """Wait until an expression is true."""
        async with asyncio.timeout(WITHIN_S):
            while not await self.run(script):
                await asyncio.sleep(0.1)


@asynccontextmanager
async def page(url: str, cookie: tuple[str, str]) -> AsyncIterator[Page]:
    """A tab on a page, with a cookie set; raises Unavailable("drill.browser") where there is no Chromium."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise Unavailable("drill.browser", detail=" | ".join(NAMES))
    with tempfile.TemporaryDirectory(prefix="bongsu-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        process = await processes.start((found, *WORDS, f"--user-data-dir={home}"), home / "log", {"HOME": folder})
        try:
            async with connect(await _door(home), max_size=None) as line:
                tab = Page(line)
                await tab.order("Network.setCookie", name=cookie[0], value=cookie[1], url=url)
                await tab.order("Page.navigate", url=url)
                yield tab
        finally:
            await processes.end(process)


async def _door(home: Path) -> str:
    told = home / "DevToolsActivePort"
    async with asyncio.timeout(WITHIN_S), httpx.AsyncClient(trust_env=False) as http:
        while not (told.exists() and "\n" in told.read_text()):
            await asyncio.sleep(0.05)
        port = told.read_text().split()[0]
        while True:
            tabs = (await http.get(f"http://127.0.0.1:{port}/json")).json()
            door = next((tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page"), None)
            if door is not None:
                return str(door)
            await asyncio.sleep(0.05)
