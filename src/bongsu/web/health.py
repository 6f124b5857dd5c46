"""Whether it works, and how well: for people who look, and for machines that scrape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response, get
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bongsu.access.permit import Action
from bongsu.web.condition import DOWN, is_usable, own
from bongsu.web.guard import platform_of
from bongsu.web.loads_text import exposition


class Health(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`ready`: none of the platform's own parts is down; partners and disk are not a stranger's business.

    `telemetry_behind_ms`: how long the readings that telemetry takes now have waited; none while it is away.
    """

    ready: bool
    parts: dict[str, str]
    telemetry_behind_ms: int | None = None


@get("/healthz", opt={"action": Action.SEE_HEALTH})
async def healthz(request: Request[Any, Any, Any]) -> Response[Health]:
    """200 when it is usable, else 503."""
    platform = platform_of(request)
    parts, behind_ms = platform.parts(), platform.figures().get("bongsu_telemetry_behind_ms")
    ready = is_usable(parts)
    health = Health(ready=ready, parts=own(parts), telemetry_behind_ms=None if behind_ms is None else round(behind_ms))
    return Response(health, status_code=200 if ready else 503)


@get("/metrics", opt={"action": Action.READ_METRICS})
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Prometheus text: what is measured, the core's figures, and each part as 1 (works) or 0 (down)."""
    platform = platform_of(request)
    live = {"bongsu_live_connections": float(len(platform.live.listeners))}
    now_ms = int(platform.now().timestamp() * 1000)
    body = generate_latest(platform.meters.registry) + _gauges({**platform.figures(), **live}, platform.parts())
    body += exposition(platform.loads.now(), platform.vitals, now_ms)
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


def _gauges(figures: Mapping[str, float], parts: Mapping[str, str]) -> bytes:
    """Figures that others count."""
    registry = CollectorRegistry()
    up = Gauge("bongsu_part_up", "Whether a part or partner works", ("part",), registry=registry)
    for part, state in parts.items():
        up.labels(part).set(0 if state == DOWN else 1)
    for name, value in figures.items():
        Gauge(name, name.replace("_", " "), registry=registry).set(value)
    return generate_latest(registry)


ROUTES = [healthz, metrics, board]
