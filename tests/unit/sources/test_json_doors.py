"""POST /v1/reports and POST /v1/observations: keys, retries, conflicts, columns."""

from __future__ import annotations

import json

import httpx
import numpy as np
import pytest
from litestar import Litestar, Request, Response

from bongsu.core.asset import UnitKind
from bongsu.core.errors import BongsuError, Conflict, Invalid, Refused, TooMuch, Unavailable, Unknown
from bongsu.core.incident import UNKNOWN_KIND
from bongsu.core.report import Severity, Status
from bongsu.sources import observations, reports
from fakes.scsns import KEY, Clock, FakeDesk, a_partner

STATUS = {Unknown: 401, Refused: 403, Conflict: 409, Invalid: 422, TooMuch: 429, Unavailable: 503}


def problem(request: Request, error: BongsuError) -> Response:
    return Response({"code": error.code}, status_code=STATUS[type(error)])


def app(handlers) -> httpx.AsyncClient:
    inside = Litestar(handlers, openapi_config=None, exception_handlers={BongsuError: problem})
    return httpx.AsyncClient(transport=httpx.ASGITransport(inside), base_url="http://bongsu")


def a_telling(**fields):
    return {
        "key": "42-1", "occurrence": "42", "step": "10", "kind": "robbery",
        "occurred_at": "2026-11-22T12:00:00+09:00", "lon": 127.1, "lat": 37.51, "status": "Exercise",
    } | fields  # fmt: skip


class Post:
    def __init__(self, handlers, path) -> None:
        self.client = app(handlers)
        self.path = path

    async def __call__(self, body, key=KEY):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = await self.client.post(self.path, content=raw, headers={"Authorization": f"Bearer {key}"})
        return response.status_code, response.json()


@pytest.fixture
def desk():
    return FakeDesk()


@pytest.fixture
async def report(desk):
    post = Post(reports.routes(desk.take, lambda k: a_partner() if k == KEY else None, Clock()), "/v1/reports")
    async with post.client:
        yield post


async def test_a_report_is_answered_with_its_place_in_the_journal(report, desk):
    assert await report(a_telling()) == (200, {"seq": 1, "incident": "I-1", "duplicate": False})
    (told,) = desk.reports
    assert (told.sender, told.kind, told.severity, told.status) == (
        "NPA112", "robbery", Severity.EXTREME, Status.EXERCISE,
    )  # fmt: skip


async def test_a_retry_says_so_and_the_same_key_with_another_body_is_a_conflict(report, desk):
    await report(a_telling())
    assert await report(a_telling(occurred_at="2026-11-22T03:00:00Z")) == (
        200, {"seq": 1, "incident": "I-1", "duplicate": True},
    )  # fmt: skip
    assert (await report(a_telling(text="other")))[0] == 409
    assert len(desk.reports) == 1


async def test_an_unknown_kind_or_an_impossible_place_is_kept_as_unknown(report, desk):
    assert (await report(a_telling(kind="dragon")))[0] == 200
    assert (await report(a_telling(key="2", lon=999.0)))[0] == 200
    assert [told.kind for told in desk.reports] == [UNKNOWN_KIND, UNKNOWN_KIND]
    assert (desk.reports[0].event_code, desk.reports[1].where) == ("dragon", None)


@pytest.mark.parametrize("key", ["", "wrong"])
async def test_without_its_key_nobody_reports(report, desk, key):
    assert await report(a_telling(), key) == (401, {"code": "partner.key"})
    assert desk.reports == []


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"[" * 60_000, a_telling(step="77"), a_telling(key=""),
        a_telling(occurred_at="2026-11-22T12:00:00"),
        a_telling(lat=None), a_telling(extra=1), a_telling(occurred_at="0001-01-01T00:00:00Z"), a_telling(lon="127"),
        a_telling(accuracy_m=-1),
    ],
)  # fmt: skip
async def test_a_wrong_report_is_refused_whole(report, desk, body):
    assert await report(body) == (422, {"code": "report.wrong"})
    assert desk.reports == []


async def test_a_report_that_is_too_large_is_refused(report, desk):
    assert (await report(b"x" * 70_000))[0] == 413


async def test_a_report_that_cannot_be_kept_is_not_acknowledged(report, desk):
    desk.fails = Unavailable("inbox.full")
    assert (await report(a_telling()))[0] == 503


class FakeCity:
    def __init__(self) -> None:
        self.batches = []
        self.shed = 0

    async def observe(self, batch, units):
        self.batches.append((batch, units))
        return observations.Observed(accepted=len(batch.unit) - self.shed, unknown=0, shed=self.shed)


@pytest.fixture
def city():
    return FakeCity()


@pytest.fixture
async def observe(city):
    partners = {KEY: a_partner(), "silent": a_partner(may_observe=False)}
    post = Post(observations.routes(city.observe, partners.get), "/v1/observations")
    async with post.client:
        yield post


def an_observation(**fields):
    return {"unit": "P1", "lon": 127.1, "lat": 37.5, "phenomenon_time_ms": 1_790_000_000_000} | fields


async def test_observations_become_columns(observe, city):
    rows = [an_observation(speed_mps=3, heading_deg=370.5), an_observation(unit="P2")]
    units = [{"id": "P1", "name": "순찰 1", "kind": "patrol"}]
    assert await observe({"observations": rows, "units": units}) == (202, {"accepted": 2, "unknown": 0, "shed": 0})
    ((batch, registered),) = city.batches
    assert (batch.sender, batch.unit) == ("NPA112", ("P1", "P2"))
    assert registered[0].kind is UnitKind.PATROL
    np.testing.assert_array_equal(batch.speed_mps, [3, np.nan])
    np.testing.assert_array_equal(batch.heading_deg, [10.5, np.nan])
    assert batch.phenomenon_time_ms.dtype == np.int64
    assert batch.lon.dtype == np.float64


async def test_an_empty_batch_is_fine(observe):
    assert await observe({"observations": []}) == (202, {"accepted": 0, "unknown": 0, "shed": 0})


async def test_what_was_shed_is_said(observe, city):
    city.shed = 1
    assert (await observe({"observations": [an_observation()] * 2}))[1]["shed"] == 1
    assert await observe({"observations": [an_observation()]}) == (429, {"code": "observations.shed"})


@pytest.mark.parametrize(
    "body",
    [
        b"{", {"observations": [an_observation(lon=181)]}, {"observations": [an_observation(lat="x")]},
        {"observations": [an_observation()] * 10_001}, {"observations": [an_observation(unit="")]},
        {"observations": [an_observation(phenomenon_time_ms=-1)]},
        {"units": [{"id": "a", "name": "b", "kind": "tank"}]},
    ],
)  # fmt: skip
async def test_wrong_observations_are_refused_whole(observe, city, body):
    assert (await observe(body))[0] == 422
    assert city.batches == []


async def test_only_a_partner_that_may_observe_does(observe, city):
    assert await observe({"observations": []}, "silent") == (403, {"code": "partner.may_not_observe"})
    assert await observe({"observations": []}, "wrong") == (401, {"code": "partner.key"})
    assert city.batches == []
