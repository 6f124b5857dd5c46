"""Markup in names and texts stays text in a real browser, and the console lives under its own policy."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import ConsoleMessage, async_playwright

from bongsu.settings import CitySettings, Settings, WebSettings
from bongsu.web.server import create, listen
from fakes.city import a_camera, a_city
from fakes.platform import World, a_grant, a_patrol, a_world

CONSOLE = Path(__file__).resolve().parents[3] / "src" / "bongsu" / "_console"
MARKUP = "<img src=x onerror=window.taken=1><script>window.taken=1</script>"
USERS = ("u-op", "u-police", "u-audit", "u-admin")

pytestmark = pytest.mark.e2e


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[World, str]]:
    """A city where every text is markup, behind the console as it was built."""
    if not (CONSOLE / "index.html").exists():
        pytest.skip("the console is not built: make setup")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://localhost:{listener.getsockname()[1]}"
        settings = Settings(web=WebSettings(public_url=url), city=CitySettings(name=MARKUP, name_en=MARKUP))
        city = a_city([a_camera("C1", 10, 0, name=MARKUP, purpose=MARKUP, address=MARKUP)])
        world = a_world(tmp_path, settings=settings, city=city)
        world.platform = replace(world.platform, console=CONSOLE)
        world.app = create(world.platform, [])
        texts = dict.fromkeys(("text", "address", "kind", "sender", "accepted_by", "event_code"), MARKUP)
        world.open_case("I1", a_grant("I1"), **texts)
        world.city.register([a_patrol(MARKUP)])
        server = uvicorn.Server(listen(world.app, settings.web, timeout_graceful_shutdown=1))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.01)  # uvicorn says it no other way
        yield world, url
        server.should_exit = True
        await task


@pytest.mark.parametrize("user", USERS)
async def test_markup_stays_text_and_nothing_breaks_the_policy(
    served: tuple[World, str], chromium: str, user: str
) -> None:
    world, url = served
    broken: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            broken.append(message.text)

    code = await world.platform.identity.make_link(user)
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = await browser.new_page()
        page.on("console", hear)
        await page.goto(f"{url}/in/{code}")
        await page.get_by_text(MARKUP).first.wait_for()
        # One frame, then the errors of images that should never have been asked for.
        await page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))")
        taken = await page.evaluate("window.taken")
        images = await page.locator("img[src=x]").count()
        await browser.close()
    assert taken is None
    assert images == 0
    assert broken == []
