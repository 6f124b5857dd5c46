"""The HTTP door alone, as a process of its own: what a body of a hundred readings costs on its way into the buffer."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import nats
import uvicorn
from litestar import Litestar
from nats.js import JetStreamContext

from bongsu.core.asset import Unit
from bongsu.core.batch import Batch
from bongsu.core.report import Partner
from bongsu.sources import observations

KEY = "bench"


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Where to listen, and where the buffer is."""

    port: int
    url: str
    user: str
    password: str


def application(task: Task) -> Litestar:
    """The route over a connection to NATS; each body is answered after JetStream's own answer."""
    streams: list[JetStreamContext] = []

    @asynccontextmanager
    async def connected(_app: Litestar) -> AsyncIterator[None]:
        connection = await nats.connect(task.url, user=task.user, password=task.password)
        streams.append(connection.jetstream())
        yield
        await connection.close()

    async def publish(profile: str, source: str, body: bytes) -> object:
        return await streams[0].publish(f"readings.{profile}.{source}", body)

    async def observe(_batch: Batch, _units: tuple[Unit, ...]) -> observations.Observed:
        return observations.Observed(accepted=0, unknown=0)

    known = {KEY: Partner(code="GW-0", name="bench", agency="bench", may_observe=True)}
    routes = observations.routes(observe, known.get, publish)
    return Litestar(routes, openapi_config=None, lifespan=[connected])


if __name__ == "__main__":
    given = msgspec.json.decode(sys.argv[1], type=Task)
    config = uvicorn.Config(application(given), "127.0.0.1", given.port, log_level="warning", access_log=False)
    asyncio.run(uvicorn.Server(config).serve())
