"""Whether it works, and how well: for people who look, and for machines that scrape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response, get
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bongsu.access.permit import Action
from bongsu.web.guard import platform_of
from bongsu.web.platform import Platform


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """`ready`: every part is "ok"."""

    ready: bool
    parts: dict[str, str]


def parts_of(platform: Platform) -> dict[str, str]:
    """How each part is: "ok" or "down"."""
    return {"core": "ok", "video": "ok" if platform.video_alive() else "down"}


@get("/healthz", opt={"action": Action.SEE_HEALTH})
async def healthz(request: Request[Any, Any, Any]) -> Response[Health]:
    """200 when it is usable, else 503."""
    parts = parts_of(platform_of(request))
    ready = all(state == "ok" for state in parts.values())
    return Response(Health(ready=ready, parts=parts), status_code=200 if ready else 503)


@get("/metrics", opt={"action": Action.READ_METRICS})
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Prometheus text: the loop's lag and the core's figures."""
    platform = platform_of(request)
    live = {"bongsu_live_connections": float(len(platform.live.listeners))}
    body = generate_latest(platform.lag.registry) + _gauges({**platform.figures(), **live})
    return Response(body, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """The board as one figure: `bongsu replay` of the journal must print the same for the same `seq`."""

    seq: int
    digest: str


@get("/v1/board", opt={"action": Action.READ_METRICS})
async def board(request: Request[Any, Any, Any]) -> Digest:
    """The running board's digest, grants included."""
    standing = platform_of(request).board()
    return Digest(seq=standing.seq, digest=standing.digest())


def _gauges(figures: Mapping[str, float]) -> bytes:
    """Figures that others count."""
    registry = CollectorRegistry()
    for name, value in figures.items():
        Gauge(name, name.replace("_", " "), registry=registry).set(value)
    return generate_latest(registry)


ROUTES = [healthz, metrics, board]
