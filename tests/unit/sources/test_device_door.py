"""POST /v1/observations, what devices tell: passed on whole, and answered when the buffer has it."""

from __future__ import annotations

import httpx
import msgspec
import pytest
from litestar import Litestar, Request, Response

from bongsu.core.errors import BongsuError, Invalid, Unavailable
from bongsu.sources import observations
from fakes.scsns import KEY, a_partner

PARTNER = a_partner().code
READING = {"device": "D-1", "observed_property": "power", "result": 12.5, "phenomenon_time_ms": 1}
POSITION = {"device": "W-1", "lon": 127.1, "lat": 37.5, "phenomenon_time_ms": 1}


class Buffer:
    """What was published; away while `down`."""

    def __init__(self):
        self.letters, self.batches, self.down = [], [], False

    async def publish(self, profile, source, body):
        if self.down:
            raise Unavailable("telemetry.away")
        self.letters.append((profile, source, body))

    async def observe(self, batch, units):
        self.batches.append((batch, units))
        return observations.Observed(accepted=len(batch.unit), unknown=0)


def problem(_request: Request, error: BongsuError) -> Response:
    return Response({"code": error.code}, status_code=422 if isinstance(error, Invalid) else 503)


async def post(buffer, content, kind="application/json", *, publish=True):
    routes = observations.routes(buffer.observe, {KEY: a_partner()}.get, buffer.publish if publish else None)
    inside = Litestar(routes, openapi_config=None, exception_handlers={BongsuError: problem})
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": kind}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(inside), base_url="http://bongsu") as client:
        response = await client.post("/v1/observations", content=content, headers=headers)
    return response.status_code, response.json()


@pytest.mark.parametrize(
    "kind, profile, encode",
    [("application/json", "json", msgspec.json.encode), ("application/msgpack", "msgpack", msgspec.msgpack.encode)],
)
async def test_what_devices_tell_is_passed_on_as_it_came(kind, profile, encode):
    buffer, body = Buffer(), encode({"readings": [READING] * 3, "positions": [POSITION]})
    assert await post(buffer, body, kind) == (202, {"accepted": 0, "unknown": 0, "shed": 0, "queued": 4})
    assert buffer.letters == [(profile, PARTNER, body)]
    assert buffer.batches == []


async def test_units_and_devices_in_one_body_each_go_their_way():
    buffer = Buffer()
    unit = {"unit": "P1", "lon": 127.1, "lat": 37.5, "phenomenon_time_ms": 1}
    status, told = await post(buffer, msgspec.json.encode({"observations": [unit], "readings": [READING]}))
    assert (status, told["accepted"], told["queued"]) == (202, 1, 1)
    assert [msgspec.json.decode(body) for _, _, body in buffer.letters] == [{"readings": [READING]}]


async def test_a_long_body_goes_in_parts_and_nothing_is_missing():
    buffer = Buffer()
    rows = [{**READING, "device": f"{'D' * 50}{at}"} for at in range(5_000)]
    assert (await post(buffer, msgspec.json.encode({"readings": rows})))[1]["queued"] == 5_000
    parts = [msgspec.json.decode(body)["readings"] for _, _, body in buffer.letters]
    assert [len(part) for part in parts] == [2_000, 2_000, 1_000]
    assert [row for part in parts for row in part] == rows


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"readings":[{"device":"D","observed_property":"power","result":NaN,"phenomenon_time_ms":1}]}',
        msgspec.json.encode({"readings": [{**READING, "result": "12"}]}),
        msgspec.json.encode({"readings": [READING] * 10_001}),
        msgspec.json.encode({"positions": [{**POSITION, "device": ""}]}),
        msgspec.json.encode({"positions": [{**POSITION, "phenomenon_time_ms": 2**60}]}),
    ],
)
async def test_a_wrong_body_is_refused_whole(body):
    buffer = Buffer()
    assert await post(buffer, body) == (422, {"code": "observations.wrong"})
    assert buffer.letters == []


async def test_while_the_buffer_is_away_nothing_is_said_to_be_taken():
    buffer = Buffer()
    buffer.down = True
    body = msgspec.json.encode({"readings": [READING]})
    assert await post(buffer, body) == (503, {"code": "telemetry.away"})
    assert await post(Buffer(), body, publish=False) == (503, {"code": "telemetry.away"})
