"""The page of every route: what it is for, who may knock, what it takes and gives; written from the app itself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast, get_args, get_origin

from litestar import Litestar
from litestar.routes import HTTPRoute, WebSocketRoute

from bongsu.access.permit import ANONYMOUS, MACHINE, Action, Asker
from bongsu.core.clock import wall_clock
from bongsu.sources import ngsi_ld as hubs
from bongsu.sources import observations, reports, scsns
from bongsu.web.ngsi_ld import routes as ngsi_ld
from fakes.platform import POLICY, a_world

ROLES = ("operator", "agency", "auditor", "admin", MACHINE, ANONYMOUS)
NOT_TOLD = {"NoneType", "Response", "Stream", "bytes"}


def routes_page(note: str) -> str:
    """Every route with its action and the roles the policy lets in."""
    lines = ["# Routes", "", note]
    lines += [
        "What each says on the wire is in [doors.md](doors.md); why, in",
        "[who-may-see-what.md](../explanation/who-may-see-what.md). A tick says that the policy lets the role knock;",
        "what it then gets may be cut further (an agency: to its own live grants). `machine` holds the token of the",
        "run file, for metrics from this machine only. Routes for partners check the partner's key themselves.",
        "",
        "| route | what | action | takes | gives | " + " | ".join(ROLES) + " |",
        "|---|---|---|---|---|" + "---|" * len(ROLES),
    ]
    return "\n".join([*lines, *sorted(set(_rows(an_app())))]) + "\n"


def an_app() -> Litestar:
    """The whole app with its sources, over a platform in memory."""

    async def take(*_: Any) -> Any:
        raise AssertionError("nothing is taken here")

    def nobody(_: str) -> None:
        return None

    handlers = [
        *scsns.routes(take, nobody, wall_clock, secret=bytes(32), our_marks=()),
        *reports.routes(take, nobody, wall_clock),
        *observations.routes(take, nobody),
        *hubs.routes({}, nobody),
        *ngsi_ld.routes(cast("Any", None)),  # what is behind the door is asked for only when somebody knocks
    ]
    with tempfile.TemporaryDirectory() as folder:
        return a_world(Path(folder), handlers=handlers).app


def _rows(app: Litestar) -> Iterator[str]:
    for route in app.routes:
        if isinstance(route, WebSocketRoute):
            yield _row(f"WS {route.path}", route.route_handler)
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                yield from (_row(f"{m} {route.path}", handler) for m in sorted(handler.http_methods) if m != "OPTIONS")


def _row(name: str, handler: Any) -> str:
    action: Action = handler.opt["action"]
    ticks = [
        "✓" if POLICY.permits(Asker(user="u", role=role, agency="a", local=True), action) else "" for role in ROLES
    ]
    what = (handler.fn.__doc__ or "The SCSNS wire: see [scsns.md](scsns.md).").strip().splitlines()[0]
    signature = handler.parsed_fn_signature
    takes = signature.parameters.get("data")
    cells = [f"`{name.replace(':str', '').replace(':path', '')}`", what, f"`{action}`"]
    cells += [_name(takes.annotation) if takes else "", _name(signature.return_type.annotation)]
    return "| " + " | ".join([*cells, *ticks]) + " |"


def _name(kind: Any) -> str:
    """A record's name, looking through Response[...] and list[...]."""
    inside = [one for one in get_args(kind) if isinstance(one, type)]
    if get_origin(kind) is not None and inside:
        return _name(inside[0]) if get_origin(kind) is not dict else "JSON"
    name = getattr(kind, "__name__", "")
    return "" if name in NOT_TOLD or name.startswith("_") else f"`{name}`"
