"""What every route of the door is handed, and how a request is read: who, in which context, wanting which form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Request

from bongsu.core.errors import Invalid, Refused, Unavailable, Unknown
from bongsu.core.report import Authenticate, Partner
from bongsu.settings.sharing import NgsiLdSettings
from bongsu.web.ngsi_ld.contexts import Contexts
from bongsu.web.ngsi_ld.estate import Estate
from bongsu.web.ngsi_ld.index import Index
from bongsu.web.ngsi_ld.lane import Lane
from bongsu.web.ngsi_ld.subscriptions import Subscriptions
from bongsu.wires.bearer import read_bearer
from bongsu.wires.ngsi_ld.context import CORE_URL, Context
from bongsu.wires.ngsi_ld.show import Form, Shown
from bongsu.wires.ngsi_ld.subscription import FORMS, GEO_JSON, JSON, LD_JSON

BODY_BYTES = 4 * 1024 * 1024
MERGE_JSON = "application/merge-patch+json"
REL = "http://www.w3.org/ns/json-ld#context"

Asking = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Everything behind the routes. `inside` says of an endpoint whether it leads inside."""

    settings: NgsiLdSettings
    authenticate: Authenticate
    contexts: Contexts
    index: Index
    lane: Lane
    subscriptions: Subscriptions
    estate: Estate
    inside: Callable[[str], Awaitable[bool]]
    now_ms: Callable[[], int]
    token: Callable[[], str]

    def partner(self, request: Asking) -> Partner:
        """Who asks. Raises Unknown, Refused("partner.may_not_share"), Unavailable("ngsi_ld.tenant")."""
        found = self.authenticate(read_bearer(request.headers.get("authorization", "")))
        if found is None:
            raise Unknown("partner.key")
        if not found.may_share:
            raise Refused("partner.may_not_share", partner=found.code)
        if request.headers.get("ngsild-tenant"):
            raise Unavailable("ngsi_ld.tenant")
        return found

    def linked(self, request: Asking) -> Context:
        """The context a GET or DELETE comes in: its Link header's, else the core's (clause 6.3.5)."""
        return self.contexts(link_of(request))

    async def told(self, request: Asking) -> tuple[Any, Context]:
        """A request's body, without its @context where it is an object, and the context it is in (clause 6.3.5).

        Raises Invalid("ngsi_ld.json"), ("ngsi_ld.media_type"), ("ngsi_ld.context_place").
        """
        media, _, _ = request.headers.get("content-type", "").partition(";")
        media = media.strip().lower()
        if media not in (JSON, LD_JSON, MERGE_JSON):
            raise Invalid("ngsi_ld.media_type", type=media[:100])
        try:
            body = msgspec.json.decode(await request.body())
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
            raise Invalid("ngsi_ld.json", detail=str(problem)) from None
        if media == LD_JSON:
            if link_of(request) is not None:
                raise Invalid("ngsi_ld.context_place")
            return body, self.own(body) if isinstance(body, dict) else self.contexts(None)
        if isinstance(body, dict) and "@context" in body:
            raise Invalid("ngsi_ld.context_place")
        return body, self.linked(request)

    def own(self, told: Any) -> Context:
        """The context an ld+json object carries itself. Raises Invalid("ngsi_ld.context_place") where it has none."""
        if not isinstance(told, dict) or "@context" not in told:
            raise Invalid("ngsi_ld.context_place")
        return self.contexts(told["@context"])


def link_of(request: Asking) -> str | None:
    """The URL of the context in the Link header, None where there is none."""
    for part in request.headers.get("link", "").split(","):
        target, _, rest = part.strip().partition(">")
        if target.startswith("<") and REL in rest:
            return target[1:]
    return None


def query_of(request: Asking, name: str) -> str:
    """A query parameter, "" where it is left out. Raises Invalid where it is said twice."""
    values = request.query_params.getall(name, [])
    if len(values) > 1:
        raise Invalid("ngsi_ld.wrong", detail=name)
    return str(values[0]) if values else ""


def options_of(request: Asking) -> frozenset[str]:
    """What `options` and `format` ask for."""
    said = f"{query_of(request, 'options')},{query_of(request, 'format')}"
    return frozenset(one.strip() for one in said.split(",") if one.strip())


def shown_of(request: Asking, context: Context) -> Shown:
    """How the answer shall look (clauses 6.3.7, 6.3.11). Raises Invalid."""
    options = options_of(request)
    forms = [FORMS[one] for one in sorted(options) if one in FORMS]
    if len(set(forms)) > 1:
        raise Invalid("ngsi_ld.wrong", detail="options")
    names = [name for name in query_of(request, "attrs").split(",") if name]
    datasets = tuple(one for one in query_of(request, "datasetId").split(",") if one)
    return Shown(
        form=forms[0] if forms else Form.NORMALIZED,
        system="sysAttrs" in options or query_of(request, "sysAttrs") == "true",
        only=frozenset(context.expand(name) for name in names),
        lang=query_of(request, "lang"),
        dataset=datasets,
    )


def accepted(request: Asking, *, geo: bool = False) -> str:
    """The media type of the answer (clause 6.3.4): JSON unless another is liked better. Raises Invalid (406)."""
    said = request.headers.get("accept") or JSON
    liked = _weights(said)
    offered = (JSON, LD_JSON, GEO_JSON) if geo else (JSON, LD_JSON)
    best, found = 0.0, ""
    for media in offered:
        kind = media.partition("/")[0]
        weight = liked.get(media, liked.get(f"{kind}/*", liked.get("*/*", 0.0)))
        if weight > best:
            best, found = weight, media
    if not found:
        raise Invalid("ngsi_ld.accept", offered=", ".join(offered))
    return found


def _weights(accept: str) -> dict[str, float]:
    out: dict[str, float] = {}
    for part in accept.lower().split(","):
        media, *parameters = (one.strip() for one in part.split(";"))
        weight = next((one[2:] for one in parameters if one.startswith("q=")), "1")
        try:
            out[media] = float(weight)
        except ValueError:
            out[media] = 0.0
    return out


def link_to(context: Context) -> str:
    """The Link header that names an answer's context."""
    url = context.raw if isinstance(context.raw, str) else CORE_URL
    return f'<{url}>; rel="{REL}"; type="{LD_JSON}"'


def path_of(request: Asking) -> str:
    """The path of a request as it was sent."""
    return request.scope["path"]
