"""Every route of the door under /ngsi-ld/v1, with its own way to tell of failures."""

from __future__ import annotations

from litestar import Router
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from bongsu.core.errors import BongsuError
from bongsu.web.ngsi_ld.attributes import attribute_routes
from bongsu.web.ngsi_ld.batches import batch_routes
from bongsu.web.ngsi_ld.discovery import discovery_routes
from bongsu.web.ngsi_ld.door import Door
from bongsu.web.ngsi_ld.entities import entity_routes
from bongsu.web.ngsi_ld.problems import answer_framework, answer_problem
from bongsu.web.ngsi_ld.queries import query_routes
from bongsu.web.ngsi_ld.subscribing import subscription_routes

ROOT = "/ngsi-ld/v1"


def routes(door: Door) -> list[Router]:
    """The router for web to mount; each route authenticates the partner's bearer key by itself."""
    handlers = [
        *entity_routes(door),
        *attribute_routes(door),
        *batch_routes(door),
        *query_routes(door),
        *discovery_routes(door),
        *subscription_routes(door),
    ]
    failures: ExceptionHandlersMap = {BongsuError: answer_problem, HTTPException: answer_framework}
    return [Router(ROOT, route_handlers=handlers, exception_handlers=failures)]
