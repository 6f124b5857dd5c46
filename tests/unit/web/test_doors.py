"""What every door says and does not say: problems, headers, cookies, ranges, languages, limits."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar, get

from bongsu.core.incident import What
from bongsu.core.request import Ask, OutboxState, Outgoing, ask_of
from bongsu.web.errors import language_of
from fakes.desk import NOON
from fakes.platform import POLICE, RUN_TOKEN, World, a_grant, a_world, an_incident

XSS = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@get("/partner-fault")
async def a_fault() -> None:
    raise ZeroDivisionError("a secret of ours")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    return a_world(tmp_path_factory.mktemp("app"), handlers=[a_fault]).app


@pytest.fixture
def world(app: Litestar, tmp_path: Path) -> World:
    return a_world(tmp_path, app=app)


async def call(world: World, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
    async with world.client() as client:
        return await client.request(method, path, headers=headers or {}, follow_redirects=False, **more)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost:8701", "null", "http://localhost:8700.evil"]
)
async def test_a_write_from_another_site_is_refused_and_changes_nothing(world: World, origin: str) -> None:
    world.open_case("I1")
    cookie = await world.sign_in("operator")
    answer = await call(world, "POST", "/v1/incidents/I1/accept", cookie | {"Origin": origin}, json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "error.origin.foreign")
    assert world.board.incidents["I1"].version == 1


async def test_neither_host_nor_forwarded_headers_are_believed(world: World) -> None:
    world.open_case("I1")
    cookie = await world.sign_in("operator")
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "6.6.6.6"}
    foreign = cookie | forged | {"Origin": "http://evil.example"}
    assert (await call(world, "POST", "/v1/incidents/I1/accept", foreign, json={})).status_code == 403
    own = cookie | forged | {"Origin": "http://localhost:8700"}
    assert (await call(world, "POST", "/v1/incidents/I1/accept", own, json={})).status_code == 200
    assert world.ledger.rows[-1].origin == "127.0.0.1"


async def test_a_problem_speaks_the_readers_language(world: World) -> None:
    korean = await call(world, "GET", "/v1/session")
    english = await call(world, "GET", "/v1/session", {"Accept-Language": "en-US,en;q=0.9,ko;q=0.8"})
    assert korean.headers["content-type"] == "application/problem+json"
    assert korean.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "code": "error.session.none",
        "detail": "로그인이 필요합니다.",
    }
    assert english.json()["detail"] == "Please sign in."


@pytest.mark.parametrize(
    "accept,language",
    [
        ("", "ko"),
        ("*", "ko"),
        ("fr", "ko"),
        ("en", "en"),
        ("ko,en", "ko"),
        ("ko;q=0.1,en;q=0.2", "en"),
        ("en;q=x", "ko"),
    ],
)
def test_english_only_when_it_is_preferred(accept: str, language: str) -> None:
    assert language_of(accept) == language


@given(st.text())
def test_any_accept_language_has_an_answer(accept: str) -> None:
    assert language_of(accept) in {"ko", "en"}


async def test_a_fault_of_ours_says_nothing_of_its_insides(world: World) -> None:
    answer = await call(world, "GET", "/partner-fault")
    assert (answer.status_code, answer.json()["code"]) == (500, "error.unexpected")
    assert "secret" not in answer.text


async def test_a_body_over_the_limit_is_413_and_one_that_is_not_json_422(world: World) -> None:
    cookie = await world.sign_in("operator")
    large = await call(world, "POST", "/v1/tickets", cookie, content=b"[" + b" " * 1024 * 1024 + b"]")
    assert (large.status_code, large.json()["code"]) == (413, "error.too_large")
    broken = await call(world, "POST", "/v1/tickets", cookie, content=b"{")
    assert (broken.status_code, broken.json()["code"]) == (422, "error.invalid")


async def test_a_conflict_of_versions_is_409(world: World) -> None:
    world.open_case("I1")
    cookie = await world.sign_in("operator")
    answer = await call(world, "POST", "/v1/incidents/I1/accept", cookie, json={"version": 7})
    assert (answer.status_code, answer.json()["code"]) == (409, "error.incident.changed")


async def test_what_people_wrote_stays_json_text(world: World) -> None:
    """Markup in any field travels as data: JSON type, no sniffing, and a page that runs no inline script."""
    world.open_case("I1", text=XSS, address=XSS)
    cookie = await world.sign_in("operator")
    answer = await call(world, "POST", "/v1/incidents/I1/close", cookie, json={"note": XSS})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["close_note"] == XSS
    missing = await call(world, "GET", f"/assets/{XSS.replace('/', '')}")
    assert missing.headers["content-type"] == "application/problem+json"


async def test_an_agency_gets_the_columns_of_its_live_grants_cameras_only(world: World) -> None:
    world.open_case("I1", a_grant("I1", POLICE, ["C2", "C99"]))
    world.open_case("I2", a_grant("I2", "fire119", ["C3"]))
    police, operator = await world.sign_in("police"), await world.sign_in("operator")
    columns = (await call(world, "GET", "/v1/cameras", police)).json()
    assert columns["id"] == ["C2"]
    assert {len(column) for column in columns.values()} == {1}
    assert (await call(world, "GET", "/v1/cameras", operator)).json()["id"] == ["C1", "C2", "C3"]
    world.clock.forward(30 * 60)
    assert (await call(world, "GET", "/v1/cameras", police)).json()["id"] == []


async def test_the_register_is_whole_json_lines(world: World) -> None:
    answer = await call(world, "GET", "/v1/cameras/register", {"Authorization": f"Bearer {RUN_TOKEN}"})
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["id"] for row in rows] == ["C1", "C2", "C3"]
    assert rows[0]["where"] == {"lon": pytest.approx(127.1, abs=1e-3), "lat": pytest.approx(37.51, abs=1e-3)}


async def test_an_import_is_handed_over_whole_and_ledgered(world: World) -> None:
    token = {"Authorization": f"Bearer {RUN_TOKEN}"}
    body = msgspec.msgpack.encode([])
    answer = await call(world, "PUT", "/v1/assets/cameras", token, content=body)
    assert (answer.status_code, answer.json()) == (200, {"version": 1, "retention": {}})
    assert world.swapped == {"cameras": body}
    assert (world.ledger.rows[-1].act.value, world.ledger.rows[-1].who) == ("import", "machine")
    assert (await call(world, "PUT", "/v1/assets/ground", token)).status_code == 422


@pytest.mark.parametrize("token", ["", "x", RUN_TOKEN + "x", RUN_TOKEN[:-1], "키"])
async def test_a_wrong_run_token_is_nobody(world: World, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}".encode()}
    assert (await call(world, "PUT", "/v1/assets/cameras", headers, content=b"x")).status_code == 401  # type: ignore[arg-type]


async def test_the_metrics_are_for_this_machine_and_admins(world: World) -> None:
    token = {"Authorization": f"Bearer {RUN_TOKEN}"}
    text = (await call(world, "GET", "/metrics", token)).text
    assert "bongsu_loop_lag_seconds_bucket" in text
    assert "bongsu_inbox_depth 0.0" in text
    async with world.client(address="10.1.2.3") as afar:
        assert (await afar.get("/metrics", headers=token)).status_code == 403


async def test_health_is_503_while_video_is_down(world: World) -> None:
    world.video = False
    answer = await call(world, "GET", "/healthz")
    parts = {"core": "ok", "store": "ok", "video": "down"}
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "parts": parts})


async def test_a_stranger_hears_of_no_partner_and_a_partner_that_is_down_stops_nothing(world: World) -> None:
    world.links = {"partner:POLICE112": "down", "disk": "degraded"}
    answer = await call(world, "GET", "/healthz")
    assert answer.status_code == 200
    assert set(answer.json()["parts"]) == {"core", "store", "video"}


async def test_a_stranger_hears_whether_telemetry_lives_and_how_far_behind_it_is(world: World) -> None:
    world.links = {"telemetry": "degraded: 12 s"}
    world.figures = {"bongsu_telemetry_behind_ms": 12_345.6}
    answer = await call(world, "GET", "/healthz")
    assert (answer.status_code, answer.json()["parts"]["telemetry"]) == (200, "degraded")
    assert answer.json()["telemetry_behind_ms"] == 12_346
    world.links, world.figures = {"telemetry": "down"}, {}
    answer = await call(world, "GET", "/healthz")
    assert (answer.status_code, answer.json()["parts"]["telemetry"]) == (200, "down")
    assert "telemetry_behind_ms" not in answer.json()


async def test_requests_are_measured_by_route_and_never_by_what_stands_in_it(world: World) -> None:
    token = {"Authorization": f"Bearer {RUN_TOKEN}"}
    await call(world, "POST", "/v1/incidents/I-SECRET/accept", await world.sign_in("operator"))
    world.links = {"partner:POLICE112": "down"}
    text = (await call(world, "GET", "/metrics", token)).text
    assert 'route="/v1/incidents/{incident}/accept"' in text
    assert "I-SECRET" not in text
    assert 'bongsu_part_up{part="partner:POLICE112"} 0.0' in text


async def test_the_ledger_comes_newest_first_and_reading_it_is_a_row(world: World) -> None:
    auditor = await world.sign_in("auditor")
    rows = (await call(world, "GET", "/v1/ledger?limit=2", auditor)).json()
    assert [(row["seq"], row["act"]) for row in rows] == [(2, "read_ledger"), (1, "sign_in")]
    assert set(rows[0]) >= {"seq", "at", "act", "who", "leaf"}
    assert "salt" not in rows[0]
    older = (await call(world, "GET", "/v1/ledger?before=2", auditor)).json()
    assert [row["seq"] for row in older] == [1]
    world.ledger.broken = True
    assert (await call(world, "GET", "/v1/ledger", auditor)).status_code == 503
    assert (await call(world, "GET", "/v1/ledger?limit=5000", auditor)).status_code == 422


async def test_a_dead_letter_goes_back_on_a_persons_word(world: World) -> None:
    request = ask_of(POLICE, "police_video", Ask.OFFER_VIDEO, an_incident(), None, at=NOON, for_s=60)
    world.outgoing = [Outgoing(seq=1, request=request, state=OutboxState.DEAD, attempts=9, next_at=NOON, detail="x")]
    operator = await world.sign_in("operator")
    rows = (await call(world, "GET", "/v1/outbox", operator)).json()
    assert [(row["key"], row["ask"], row["incident"], row["state"]) for row in rows] == [
        (request.key, "offer_video", "I1", "dead")
    ]
    assert (await call(world, "POST", f"/v1/outbox/{request.key}/retry", operator)).status_code == 204
    assert (world.ledger.rows[-1].act.value, world.ledger.rows[-1].reason) == ("retry", request.key)


async def test_an_agency_extends_its_own_grant_and_sees_its_new_end(world: World) -> None:
    grant = a_grant("I1")
    world.open_case("I1", grant)
    police = await world.sign_in("police")
    answer = await call(world, "POST", f"/v1/grants/{grant.id}/extend", police, json={"for_s": 3600})
    assert answer.json()["until"] == (NOON + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert world.board.grants[grant.id].version == 2
    world.end(grant)
    assert (await call(world, "POST", f"/v1/grants/{grant.id}/extend", police, json={"for_s": 60})).status_code == 403


@pytest.mark.parametrize("grant", ["I9.police_video.police112", "I1.police_video.fire119"])
async def test_to_an_agency_an_unknown_grant_and_anothers_are_the_same(world: World, grant: str) -> None:
    world.open_case("I1", a_grant("I1", "fire119"))
    answer = await call(world, "POST", f"/v1/grants/{grant}/extend", await world.sign_in("police"), json={"for_s": 60})
    assert (answer.status_code, answer.json()["code"]) == (403, "error.grant.refused")


@pytest.mark.parametrize("for_s", [0, -1, "NaN", None, 1e400])
async def test_an_extension_that_is_none_is_422(world: World, for_s: Any) -> None:
    grant = a_grant("I1")
    world.open_case("I1", grant)
    cookie = await world.sign_in("operator") | {"Content-Type": "application/json"}
    body = json.dumps({"for_s": for_s})
    answer = await call(world, "POST", f"/v1/grants/{grant.id}/extend", cookie, content=body)
    assert answer.status_code == 422
    assert world.board.incidents["I1"].version == 1
    assert What.EXTENDED not in world.ledger.acts()
