"""The junctions' controllers where the platform reaches them: over HTTP on this machine, under the run's clock."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from urllib.parse import quote

import uvicorn

from bongsu.benches.arrivals.controllers import letters
from bongsu.benches.arrivals.kinds import Junction
from bongsu.core.signal import Signal
from bongsu.world.signals.server import Street

SETTLE_S = 580.0
"""So long before the first second controllers begin, all red: by then they keep to their plans."""


class Cabinets:
    """All controllers of a run; `signals` is the register a city would keep of them."""

    def __init__(self, junctions: Sequence[Junction], street: Street, port: int) -> None:
        self._junctions = junctions
        self._street = street
        self.signals = {one.name: signal_of(one, f"http://127.0.0.1:{port}") for one in junctions}

    def lights(self) -> dict[str, str]:
        """SUMO's letters of every junction at this moment."""
        cabinets = self._street.cabinets
        return {one.name: letters(one, cabinets[one.plan.id].state) for one in self._junctions}


def signal_of(junction: Junction, url: str) -> Signal:
    """A junction as the register has it."""
    plan = junction.plan
    return Signal(
        name=junction.name,
        where=junction.place.point(),
        url=f"{url}/{quote(plan.id, safe='')}",
        phases=plan.phases,
        hold_at_most_ms=plan.hold_at_most_ms,
    )


@asynccontextmanager
async def cabinets(junctions: Sequence[Junction], key: str, now_ms: Callable[[], int]) -> AsyncIterator[Cabinets]:
    """Controllers that listen on a port of this machine until the end."""
    street = Street((one.plan for one in junctions), key=key, now_ms=now_ms)
    config = uvicorn.Config(street, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[door]))
        try:
            yield Cabinets(junctions, street, door.getsockname()[1])
        finally:
            # Ended and not cancelled: a listener left in the loop would steal the next run's connections.
            server.should_exit = True
            await serving
