"""Every route × everybody who may come: the table an auditor can read, and no route outside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, get, post
from litestar.routes import HTTPRoute, WebSocketRoute

from bongsu.core.errors import Invalid
from bongsu.core.ledger import Act
from bongsu.core.person import Role, User
from bongsu.web.guard import check_declared
from bongsu.web.server import create
from fakes.listener import Listener
from fakes.platform import FIRE, PASSWORD, POLICE, RUN_TOKEN, World, a_grant, a_world

WHO = ("anonymous", "operator", "police", "fire", "lost", "late", "auditor", "admin", "machine")
"""police holds the grant on I1; fire holds one on I2; lost is of no agency; late's grant on I3 has ended."""

TICKET = {"camera": "C1", "incident": "I1", "form": "live", "nonce": "n" * 22, "epoch": "e1"}
ZONE = {"type": "zone", "name": "시장", "ring": [[127.1, 37.51], [127.11, 37.51], [127.11, 37.52], [127.1, 37.51]]}
RULE = {
    "type": "rule",
    "name": "과열",
    "kind": "robbery",
    "terms": {"danger": "threshold", "property": "power", "above": 5.0},
}
SPAN = {"cameras": ["C1"], "from_ms": 1_795_300_000_000, "to_ms": 1_795_300_060_000, "reason": "증거 보전"}
BODIES: dict[str, Any] = {
    "POST /v1/session": {"name": "operator", "password": PASSWORD},
    "POST /v1/incidents/{incident:str}/accept": {},
    "POST /v1/incidents/{incident:str}/close": {"note": "끝"},
    "POST /v1/incidents/{incident:str}/merge": {"into": "I2", "note": "한 사건"},
    "POST /v1/incidents/{incident:str}/split": {"sender": "FIRE119", "occurrence": "F1"},
    "POST /v1/incidents/{incident:str}/prioritise": {"priority": "urgent"},
    "POST /v1/incidents/{incident:str}/hand-over": {"to": ""},
    "POST /v1/incidents/{incident:str}/parked-car": {"plate": "12가3456", "reason": "소방차 진입 불가"},
    "POST /v1/incidents/{incident:str}/report-to-119": {"text": "3층에서 연기가 난다"},
    "POST /v1/incidents/{incident:str}/lost": {"subject": "dementia"},
    "POST /v1/incidents/{incident:str}/searched": {"camera": "C1", "from_ms": 1_000, "to_ms": 61_000},
    "POST /v1/incidents/{incident:str}/watch-plan": {"mode": "foot"},
    "POST /v1/incidents/{incident:str}/sightings": {"camera": "C1", "seen_ms": 1_000},
    "POST /v1/grants/{grant:str}/extend": {"for_s": 3000},
    "POST /v1/tickets": TICKET,
    "POST /v1/unmaskings": {"camera": "C1", "incident": "I1", "reason": "용의자 확인"},
    "POST /v1/cameras/{camera:str}/wheel": {"incident": "I1"},
    "POST /v1/cameras/{camera:str}/wheel/move": {"pan": 0.5},
    "POST /v1/cameras/{camera:str}/presets": {"name": "gate"},
    "POST /v1/incidents/{incident:str}/steps/{step:str}": {"outcome": "done"},
    "POST /v1/incidents/{incident:str}/exports": SPAN | {"basis": "urgent_life"},
    "POST /v1/exports/{export:str}/masked": {"reason": "열람 청구"},
    "POST /v1/exports/{export:str}/approve": {},
    "POST /v1/exports/{export:str}/refuse": {"note": "근거가 없음"},
    "POST /v1/exports/{export:str}/download": {"reason": "수사 자료"},
    "POST /v1/incidents/{incident:str}/holds": SPAN,
    "POST /v1/holds/{hold:str}/release": {"reason": "재판이 끝남"},
    "POST /v1/rules/trial": {"rule": RULE, "from_ms": 1_795_000_000_000, "to_ms": 1_795_086_400_000},
    "PUT /v1/records/{kind:str}/{record:str}": {"version": 0, "note": "시장 구역", "body": ZONE},
}
FILL = {
    "{incident:str}": "I1",
    "{camera:str}": "C1",
    "{preset:str}": "home",
    "{grant:str}": f"I1.police_video.{POLICE}",
    "{key:str}": "K1",
    "{code:str}": "no-such-code",
    "{name:path}": "app-1a2b.js",
    "{step:str}": "look",
    "{kind:str}": "zone",
    "{layer:str}": "bells",
    "{export:str}": "E-none",
    "{hold:str}": "H-none",
    "{record:str}": "market",
    "{device:str}": "D1",
    "{ward:str}": "ward-7",
    "{unit:str}": "E1",
    "{number:str}": "no-such-unmasking",
}


def row(text: str) -> dict[str, int]:
    return dict(zip(WHO, map(int, text.split()), strict=True))


#                                                 anon op  pol fire lost late aud adm mach
MATRIX = {
    "GET /healthz": row("                         200 200 200 200 200 200 200 200 200"),
    "GET /metrics": row("                         401 403 403 403 403 403 403 200 200"),
    "GET /v1/board": row("                        401 403 403 403 403 403 403 200 200"),
    "POST /v1/session": row("                     200 200 200 200 200 200 200 200 200"),
    "GET /in/{code:str}": row("                   401 401 401 401 401 401 401 401 401"),
    "GET /v1/session": row("                      401 200 200 200 200 200 200 200 403"),
    "POST /v1/unmaskings": row("                  401 409 409 403 403 403 403 403 403"),
    "DELETE /v1/unmaskings/{number:str}": row("   401 404 404 404 404 404 403 403 403"),
    "DELETE /v1/session": row("                   401 204 204 204 204 204 204 204 403"),
    "WS /v1/live": row("                          4401 0   0   0   0   0   0   0  4403"),
    "GET /v1/cameras": row("                      401 200 200 200 200 200 403 200 403"),
    "GET /v1/cameras/{camera:str}/recorded": row("401 422 422 422 422 422 403 422 403"),
    "GET /v1/streets": row("                      401 422 403 403 403 403 422 422 403"),
    "GET /v1/places": row("                       401 422 422 422 422 422 422 422 403"),
    "GET /v1/cameras/health": row("               401 200 200 200 200 200 403 200 403"),
    "GET /v1/cameras/{camera:str}/health": row("  401 200 200 404 404 404 403 200 403"),
    "GET /v1/cameras/{camera:str}/seen": row("    401 200 200 404 404 404 403 200 403"),
    "GET /v1/cameras/{camera:str}/wheel": row("   401 200 200 404 404 404 403 403 403"),
    "POST /v1/cameras/{camera:str}/wheel": row("  401 200 403 404 404 404 403 403 403"),
    "DELETE /v1/cameras/{camera:str}/wheel": row("401 409 409 404 404 404 403 403 403"),
    "POST /v1/cameras/{camera:str}/wheel/move": row("401 409 409 404 404 404 403 403 403"),
    "POST /v1/cameras/{camera:str}/wheel/stop": row("401 409 409 404 404 404 403 403 403"),
    "GET /v1/cameras/{camera:str}/presets": row(" 401 403 403 404 404 404 403 403 403"),
    "POST /v1/cameras/{camera:str}/presets": row("401 409 409 404 404 404 403 403 403"),
    "POST /v1/cameras/{camera:str}/presets/{preset:str}/go": row("401 409 409 404 404 404 403 403 403"),
    "GET /v1/cameras/register": row("             401 403 403 403 403 403 403 200 200"),
    "POST /v1/incidents/{incident:str}/accept": row("401 200 403 403 403 403 403 403 403"),
    "POST /v1/incidents/{incident:str}/close": row(" 401 200 403 403 403 403 403 403 403"),
    "POST /v1/incidents/{incident:str}/merge": row(" 401 200 403 403 403 403 403 403 403"),
    "POST /v1/incidents/{incident:str}/split": row(" 401 404 403 403 403 403 403 403 403"),
    "POST /v1/incidents/{incident:str}/prioritise": row("401 200 403 403 403 403 403 403 403"),
    "POST /v1/incidents/{incident:str}/hand-over": row("401 409 403 403 403 403 403 403 403"),
    "POST /v1/incidents/{incident:str}/steps/{step:str}": row("401 404 403 403 403 403 403 403 403"),
    "GET /v1/incidents/{incident:str}/dispatch": row("401 503 403 403 403 403 403 403 403"),
    "GET /v1/crews/{unit:str}/way": row("         401 404 403 403 403 403 403 403 403"),
    "POST /v1/incidents/{incident:str}/crews/{unit:str}": row("401 404 403 403 403 403 403 403 403"),
    "DELETE /v1/incidents/{incident:str}/crews/{unit:str}": row("401 404 403 403 403 403 403 403 403"),
    "POST /v1/incidents/{incident:str}/parked-car": row("401 403 403 403 403 403 403 403 403"),
    "POST /v1/incidents/{incident:str}/report-to-119": row("401 200 403 403 403 403 403 403 403"),
    "GET /v1/incidents/{incident:str}/search-map": row("401 404 404 403 403 403 403 403 403"),
    "POST /v1/incidents/{incident:str}/lost": row("401 200 200 403 403 403 403 403 403"),
    "POST /v1/incidents/{incident:str}/searched": row("401 200 200 403 403 403 403 403 403"),
    "GET /v1/incidents/{incident:str}/report-to-119": row("401 200 403 403 403 403 403 403 403"),
    "GET /v1/incidents/{incident:str}/watch-plan": row("401 404 404 403 403 403 403 403 403"),
    "POST /v1/incidents/{incident:str}/watch-plan": row("401 200 200 403 403 403 403 403 403"),
    "POST /v1/incidents/{incident:str}/sightings": row("401 409 409 403 403 403 403 403 403"),
    "GET /v1/records": row("                      401 200 403 403 403 403 200 200 403"),
    "GET /v1/records/{kind:str}/{record:str}/history": row("401 404 403 403 403 403 404 404 403"),
    "POST /v1/rules/trial": row("                 401 403 403 403 403 403 403 200 403"),
    "PUT /v1/records/{kind:str}/{record:str}": row("401 200 403 403 403 403 403 200 403"),
    "POST /v1/grants/{grant:str}/extend": row("   401 200 200 403 403 403 403 403 403"),
    "POST /v1/tickets": row("                     401 200 200 403 403 403 403 403 403"),
    "POST /v1/incidents/{incident:str}/exports": row("401 200 403 403 403 403 403 200 403"),
    "POST /v1/exports/{export:str}/masked": row(" 401 404 403 403 403 403 403 404 403"),
    "POST /v1/exports/{export:str}/approve": row("401 404 403 403 403 403 403 404 403"),
    "POST /v1/exports/{export:str}/refuse": row(" 401 404 403 403 403 403 403 404 403"),
    "GET /v1/exports": row("                      401 200 200 200 200 200 200 200 403"),
    "POST /v1/exports/{export:str}/download": row("401 404 403 403 403 403 403 404 403"),
    "GET /v1/exports/{export:str}/file/{code:str}": row("401 404 403 403 403 403 403 404 403"),
    "POST /v1/incidents/{incident:str}/holds": row("401 200 403 403 403 403 403 200 403"),
    "POST /v1/holds/{hold:str}/release": row("    401 404 403 403 403 403 403 404 403"),
    "GET /v1/holds": row("                        401 200 403 403 403 403 200 200 403"),
    "GET /v1/ledger": row("                       401 403 403 403 403 403 200 403 403"),
    "GET /v1/signals": row("                      401 200 403 403 403 403 200 200 403"),
    "GET /v1/video/load": row("                   401 200 403 403 403 403 200 200 403"),
    "GET /v1/bins/round": row("                   401 404 403 403 403 403 403 404 403"),
    "GET /v1/devices": row("                      401 200 403 403 403 403 403 200 403"),
    "GET /v1/devices/{device:str}": row("         401 200 403 403 403 403 403 200 403"),
    "GET /v1/devices/{device:str}/history": row(" 401 422 403 403 403 403 403 422 403"),
    "GET /v1/quarantine": row("                   401 200 403 403 403 403 403 200 403"),
    "DELETE /v1/wards/{ward:str}/history": row("  401 403 403 403 403 403 403 403 403"),
    "GET /v1/outbox": row("                       401 200 403 403 403 403 200 200 403"),
    "POST /v1/outbox/{key:str}/retry": row("      401 404 403 403 403 403 403 404 403"),
    "PUT /v1/assets/{layer:str}": row("            401 403 403 403 403 403 403 403 200"),
    "GET /basemap.pmtiles": row("                 401 200 200 200 200 200 200 200 403"),
    "GET /": row("                                200 200 200 200 200 200 200 200 200"),
    "GET /assets/{name:path}": row("              200 200 200 200 200 200 200 200 200"),
    "GET /fonts/{name:path}": row("               404 404 404 404 404 404 404 404 404"),
    "GET /icon.svg": row("                        200 200 200 200 200 200 200 200 200"),
    "POST /partner": row("                        201 201 201 201 201 201 201 201 201"),
}


@post("/partner")
async def a_partner_route() -> dict[str, str]:
    return {}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    return a_world(tmp_path_factory.mktemp("app"), handlers=[a_partner_route]).app


def routes_of(app: Litestar) -> Iterator[str]:
    for route in app.routes:
        if isinstance(route, WebSocketRoute):
            yield f"WS {route.path}"
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                yield from (f"{method} {route.path}" for method in handler.http_methods if method != "OPTIONS")


async def a_full_world(tmp_path: Path, app: Litestar) -> tuple[World, dict[str, dict[str, str]]]:
    """Three cases: the police's, the fire service's, and one whose grant has ended."""
    world = a_world(tmp_path, app=app)
    (tmp_path / "basemap.pmtiles").write_bytes(b"PMTiles")
    world.people.users["late"] = User(id="u-late", name="late", role=Role.AGENCY, agency="late119")
    world.open_case("I1", a_grant("I1", POLICE, ["C1"]))
    world.open_case("I2", a_grant("I2", FIRE, ["C2"]))
    ended = a_grant("I3", "late119", ["C1"])
    world.open_case("I3", ended)
    world.end(ended)
    headers = {who: await world.sign_in(who) for who in WHO[1:-1]}
    headers |= {"anonymous": {}, "machine": {"Authorization": f"Bearer {RUN_TOKEN}"}}
    return world, headers


async def knock(world: World, route: str, headers: dict[str, str]) -> int:
    method, _, path = route.partition(" ")
    for name, value in FILL.items():
        path = path.replace(name, value)
    if method == "WS":
        async with Listener(world.app, path, headers) as listener:
            first = await listener.next()
            if first["type"] == "websocket.close":
                return 4403 if not listener.accepted else int(first["code"])
            return 0 if '"snapshot"' in first["text"] else await listener.closed()
    body = {"json": BODIES[route]} if route in BODIES else {"content": b"\x90"} if method == "PUT" else {}
    async with world.client() as client:
        answer = await client.request(method, path, headers=headers, follow_redirects=False, **body)
    return answer.status_code


def test_the_matrix_names_every_route_of_the_app_and_no_other(app: Litestar) -> None:
    assert set(routes_of(app)) == set(MATRIX)


@pytest.mark.parametrize("route", MATRIX)
async def test_everybody_gets_what_the_matrix_says(route: str, tmp_path: Path, app: Litestar) -> None:
    found = {}
    for who in WHO:
        world, headers = await a_full_world(tmp_path, app)
        found[who] = await knock(world, route, headers[who])
        if found[who] == 403 and who != "machine":
            row = world.ledger.rows[-1]
            assert (row.act, row.who) == (Act.REFUSE, world.people.users[who].id), "a refusal that is not ledgered"
    assert found == MATRIX[route]


WRITES = [route for route in MATRIX if route.split()[0] in {"POST", "PUT", "DELETE"} and "session" not in route]


@pytest.mark.parametrize("route", [route for route in WRITES if route != "POST /partner"])
async def test_a_role_that_only_reads_gets_403_on_every_write(route: str, tmp_path: Path, app: Litestar) -> None:
    world, headers = await a_full_world(tmp_path, app)
    before = (world.board.seq, dict(world.swapped))
    assert await knock(world, route, headers["auditor"]) == 403
    assert (world.board.seq, world.swapped) == before


def test_an_undeclared_route_stops_the_start(tmp_path: Path) -> None:
    @get("/v1/secret")
    async def secret() -> str:
        return "s"

    world = a_world(tmp_path)
    world.app.register(secret)
    with pytest.raises(Invalid, match=r"route\.undeclared"):
        check_declared(world.app)


async def test_an_undeclared_route_is_refused_even_if_it_got_in(tmp_path: Path) -> None:
    @get("/v1/secret")
    async def secret() -> str:
        return "s"

    world = a_world(tmp_path)
    world.app.register(secret)
    async with world.client() as client:
        assert (await client.get("/v1/secret", headers=await world.sign_in("admin"))).status_code == 403


def test_create_checks_the_declarations(tmp_path: Path) -> None:
    @get("/v1/secret", opt={"action": "anything"})
    async def secret() -> str:
        return "s"

    world = a_world(tmp_path)
    with pytest.raises(Invalid, match=r"route\.undeclared"):
        create(world.platform, [secret])
