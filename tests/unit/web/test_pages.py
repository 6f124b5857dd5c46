"""The console and the base map: what was found at the start, in ranges, under a strict policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar

from bongsu.settings import Settings, VideoSettings, WebSettings
from bongsu.web.basemap import range_of
from bongsu.web.pages import csp_of
from fakes.platform import World, a_world


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    return a_world(tmp_path_factory.mktemp("app")).app


@pytest.fixture
def world(app: Litestar, tmp_path: Path) -> World:
    return a_world(tmp_path, app=app)


async def call(world: World, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
    async with world.client() as client:
        return await client.request(method, path, headers=headers or {}, follow_redirects=False, **more)


async def test_the_console_comes_with_a_strict_policy(world: World) -> None:
    answer = await call(world, "GET", "/")
    policy = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["worker-src"] == "'self' blob:"
    assert policy["connect-src"].split() == ["'self'", "ws://localhost:8700", "ws://localhost:8701"]
    assert policy["frame-ancestors"] == "'none'"
    assert not any("unsafe" in rule or "*" in rule for rule in policy.values())
    assert answer.headers["cache-control"] == "no-cache"


def test_the_policy_names_the_public_addresses() -> None:
    settings = Settings(
        web=WebSettings(public_url="https://city.example/"), video=VideoSettings(public_url="wss://video.example:444/")
    )
    assert "connect-src 'self' wss://city.example wss://video.example:444;" in csp_of(settings)


async def test_hashed_files_are_kept_for_ever_and_nothing_else_can_be_asked_for(world: World) -> None:
    answer = await call(world, "GET", "/assets/app-1a2b.js")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
    for name in ("../index.html", "..%2findex.html", "%2e%2e%2f%2e%2e%2fbasemap.pmtiles", "%2fetc%2fpasswd", "nul%00"):
        assert (await call(world, "GET", f"/assets/{name}")).status_code == 404, name


async def test_without_a_built_console_the_page_says_what_to_do(world: World) -> None:
    pages = world.app.state["pages"]
    world.app.state["pages"] = {}
    answer = await call(world, "GET", "/")
    world.app.state["pages"] = pages
    assert (answer.status_code, answer.json()["code"]) == (503, "error.console.not_built")


async def test_the_base_map_is_read_in_ranges(world: World) -> None:
    cookie = await world.sign_in("auditor")
    assert (await call(world, "GET", "/basemap.pmtiles", cookie)).json()["code"] == "error.basemap.none"
    world.platform.basemap.write_bytes(bytes(range(100)))
    whole = await call(world, "GET", "/basemap.pmtiles", cookie)
    part = await call(world, "GET", "/basemap.pmtiles", cookie | {"Range": "bytes=10-19"})
    past = await call(world, "GET", "/basemap.pmtiles", cookie | {"Range": "bytes=100-200"})
    assert (whole.status_code, whole.content) == (200, bytes(range(100)))
    assert (part.status_code, part.content) == (206, bytes(range(10, 20)))
    assert part.headers["content-range"] == "bytes 10-19/100"
    assert (past.status_code, past.headers["content-range"]) == (416, "bytes */100")
    assert part.headers["etag"] == whole.headers["etag"]
    assert not part.headers["etag"].startswith("W/")


@pytest.mark.parametrize(
    "asked,found",
    [
        ("", None),
        ("bytes=0-", range(100)),
        ("bytes=-10", range(90, 100)),
        ("bytes=-1000", range(100)),
        ("bytes=5-4", None),
        ("bytes=1-2,5-6", None),
        ("items=0-1", None),
        ("bytes=٣-٤", None),
        ("bytes=200-", range(200, 200)),
        ("bytes=-", None),
    ],
)
def test_ranges_are_read_as_the_standard_says(asked: str, found: range | None) -> None:
    assert range_of(asked, 100) == found


@given(st.one_of(st.text(), st.from_regex(r"bytes=\d*-\d*", fullmatch=True)), st.integers(0, 1000))
def test_no_range_leads_outside_the_file(asked: str, size: int) -> None:
    found = range_of(asked, size)
    assert found is None or len(found) == 0 or (found.start >= 0 and found.stop <= size)
