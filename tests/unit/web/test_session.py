"""Signing in and out through the door: cookies, links, and sessions that end at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar

from bongsu.settings import Settings, WebSettings
from fakes.platform import PASSWORD, POLICE, World, a_world


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    return a_world(tmp_path_factory.mktemp("app")).app


@pytest.fixture
def world(app: Litestar, tmp_path: Path) -> World:
    return a_world(tmp_path, app=app)


async def call(world: World, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
    async with world.client() as client:
        return await client.request(method, path, headers=headers or {}, follow_redirects=False, **more)


async def test_signing_in_sets_a_cookie_that_scripts_cannot_read(world: World) -> None:
    answer = await call(world, "POST", "/v1/session", json={"name": "police", "password": PASSWORD})
    assert answer.json() == {
        "user": "u-police",
        "name": "police",
        "role": "agency",
        "agency": POLICE,
        "until": "2026-11-22T15:00:00+00:00",
        "city": {"name": "이름 없는 도시", "name_en": "Unnamed city"},
        "unit": "",
        "video_url": "ws://localhost:8701",
        "videos": [{"name": "video", "url": "ws://localhost:8701", "alive": True}],
        "language": "ko",
    }
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    session = world.platform.identity.running()[0]
    assert world.held == {f"session:{session.id}": int(session.until.timestamp() * 1000)}


async def test_behind_https_the_cookie_is_secure(tmp_path: Path, app: Litestar) -> None:
    https = Settings(web=WebSettings(public_url="https://city.example"))
    world = a_world(tmp_path, app=app, settings=https)
    answer = await call(world, "POST", "/v1/session", json={"name": "police", "password": PASSWORD})
    assert "Secure" in answer.headers["set-cookie"]


async def test_a_one_time_link_signs_in_and_leads_to_the_console(world: World) -> None:
    code = await world.platform.identity.make_link("u-op")
    answer = await call(world, "GET", f"/in/{code}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].partition(";")[0]
    assert (await call(world, "GET", "/v1/session", {"Cookie": cookie})).json()["user"] == "u-op"
    assert (await call(world, "GET", f"/in/{code}")).status_code == 401


async def test_signing_in_again_ends_the_session_this_browser_had(world: World) -> None:
    old = await world.sign_in("operator")
    session = world.session_of(old)
    await call(world, "POST", "/v1/session", old, json={"name": "police", "password": PASSWORD})
    assert (await call(world, "GET", "/v1/session", old)).status_code == 401
    assert world.dropped == [f"session:{session.id}"]


async def test_an_unknown_name_and_a_wrong_password_look_the_same(world: World) -> None:
    wrong = await call(world, "POST", "/v1/session", json={"name": "operator", "password": "x"})
    unknown = await call(world, "POST", "/v1/session", json={"name": "nobody", "password": "x"})
    assert (wrong.status_code, wrong.content) == (401, unknown.content)


async def test_too_many_tries_are_told_when_to_come_back(world: World) -> None:
    for _ in range(6):
        answer = await call(world, "POST", "/v1/session", json={"name": "operator", "password": "x"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 301


async def test_signing_out_takes_the_cookie_back(world: World) -> None:
    cookie = await world.sign_in("operator")
    answer = await call(world, "DELETE", "/v1/session", cookie)
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert (await call(world, "GET", "/v1/session", cookie)).status_code == 401
