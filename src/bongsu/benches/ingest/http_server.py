"""The HTTP door alone, as a process of its own: what a body of a hundred readings costs on its way into the buffer."""

from __future__ import annotations

import gc
import sys

import msgspec
import uvicorn
import uvloop
from litestar import Litestar

from bongsu.core.asset import Unit
from bongsu.core.batch import Batch
from bongsu.core.report import Partner
from bongsu.gateways.telemetry.queue import Door, QueueDoor
from bongsu.sources import observations

KEY = "bench"


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Where to listen, and where the buffer is."""

    port: int
    url: str
    user: str
    password: str


def application(task: Task) -> Litestar:
    """The route over the core's own way into the queue."""
    door = QueueDoor(lambda: Door(task.url, task.user, task.password))

    async def observe(_batch: Batch, _units: tuple[Unit, ...]) -> observations.Observed:
        return observations.Observed(accepted=0, unknown=0)

    known = {KEY: Partner(code="GW-0", name="bench", agency="bench", may_observe=True)}
    return Litestar(observations.routes(observe, known.get, door.publish), openapi_config=None)


if __name__ == "__main__":
    given = msgspec.json.decode(sys.argv[1], type=Task)
    served = application(given)
    gc.collect()
    gc.freeze()  # as the core runs (serve.py)
    config = uvicorn.Config(served, "127.0.0.1", given.port, log_level="warning", access_log=False)
    uvloop.run(uvicorn.Server(config).serve())
