"""The application: every route, one guard, one table of errors, and headers that no page can do without."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import uvicorn
from litestar import Litestar, Response, Router
from litestar.datastructures import State
from litestar.types import ControllerRouterHandler

from bongsu.access.permit import Action
from bongsu.settings import WebSettings
from bongsu.web import (
    admin,
    basemap,
    bins,
    cameras,
    devices,
    dispatch,
    downloads,
    exports,
    health,
    holding,
    incidents,
    ledger,
    live_door,
    load,
    outbox,
    pages,
    parked_cars,
    places,
    procedures,
    rearranging,
    recordings,
    records,
    search,
    session,
    signals,
    steering,
    streets,
    tickets,
    trials,
    unmasking,
    vitals,
    watch,
)
from bongsu.web.errors import HANDLERS, record_failure
from bongsu.web.guard import check_declared, guard
from bongsu.web.meters import measure
from bongsu.web.platform import Platform
from bongsu.web.pulse import pulse

BODY_BYTES = 1024 * 1024
PING_BYTES = 4096

OURS: list[ControllerRouterHandler] = [
    *health.ROUTES,
    *session.ROUTES,
    *live_door.ROUTES,
    *incidents.ROUTES,
    *rearranging.ROUTES,
    *dispatch.ROUTES,
    *parked_cars.ROUTES,
    *search.ROUTES,
    *watch.ROUTES,
    *procedures.ROUTES,
    *records.ROUTES,
    *trials.ROUTES,
    *cameras.ROUTES,
    *recordings.ROUTES,
    *places.ROUTES,
    *streets.ROUTES,
    *tickets.ROUTES,
    *unmasking.ROUTES,
    *exports.ROUTES,
    *downloads.ROUTES,
    *holding.ROUTES,
    *steering.ROUTES,
    *vitals.ROUTES,
    *load.ROUTES,
    *signals.ROUTES,
    *devices.ROUTES,
    *bins.ROUTES,
    *ledger.ROUTES,
    *outbox.ROUTES,
    *admin.ROUTES,
    *basemap.ROUTES,
    *pages.ROUTES,
]


def create(platform: Platform, handlers: Sequence[ControllerRouterHandler]) -> Litestar:
    """The app over a platform and the routes of its sources. Raises Invalid where a route declares no action."""
    app = Litestar(
        [*OURS, Router("/", route_handlers=list(handlers), opt={"action": Action.SEND_AS_PARTNER})],
        guards=[guard],
        exception_handlers=HANDLERS,
        after_exception=[record_failure],
        middleware=[measure],
        after_request=_harden,
        lifespan=[pulse],
        request_max_body_size=BODY_BYTES,
        state=State({"platform": platform, "pages": pages.read_pages(platform.console)}, deep_copy=False),
        openapi_config=None,
        logging_config=None,
        debug=False,
        pdb_on_exception=False,
    )
    check_declared(app)
    return app


def listen(app: Litestar, settings: WebSettings, **more: Any) -> uvicorn.Config:
    """How uvicorn serves it: no proxy header is believed, and live words are not compressed once per listener."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_level="warning",
        ws="websockets-sansio",
        ws_max_size=PING_BYTES,
        ws_per_message_deflate=False,
        **more,
    )


async def _harden(response: Response[Any]) -> Response[Any]:
    """Headers for every answer; what a route set itself stands."""
    headers = response.headers
    headers.setdefault("Cache-Control", "no-store")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    return response
