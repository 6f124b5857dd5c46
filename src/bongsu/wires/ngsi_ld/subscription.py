"""A subscription and what came of it (clauses 5.2.12 to 5.2.15), read from JSON and written as JSON."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import msgspec

from bongsu.core.errors import Conflict, Invalid
from bongsu.wires.ngsi_ld.context import Context
from bongsu.wires.ngsi_ld.geometry import LOCATION, GeoQuery, read_geo_query
from bongsu.wires.ngsi_ld.parse import is_uri
from bongsu.wires.ngsi_ld.pattern import check_pattern
from bongsu.wires.ngsi_ld.query import parse_query
from bongsu.wires.ngsi_ld.selection import Selector, parse_types_wanted
from bongsu.wires.ngsi_ld.show import Form
from bongsu.wires.ngsi_ld.times import iso, read_ms

JSON, LD_JSON, GEO_JSON = "application/json", "application/ld+json", "application/geo+json"
TRIGGERS = frozenset(
    {
        "entityCreated", "entityUpdated", "entityDeleted", "attributeCreated", "attributeUpdated", "attributeDeleted",
    }
)  # fmt: skip
BY_DEFAULT = ("attributeCreated", "attributeUpdated")
FORMS = {"normalized": Form.NORMALIZED, "concise": Form.CONCISE, "simplified": Form.SIMPLIFIED}
FORMS["keyValues"] = Form.SIMPLIFIED
OURS = frozenset({"@context", "id", "@id", "status"})
SELECTORS_AT_MOST = 100
HEADERS_AT_MOST = 10
FORBIDDEN_HEADERS = frozenset({"host", "content-length", "content-type", "connection", "transfer-encoding", "upgrade"})
NOT_SUPPORTED = ("timeInterval", "csf", "temporalQ", "scopeQ")
_MEMBERS = frozenset(
    {
        "id", "type", "subscriptionName", "description", "entities", "watchedAttributes", "q", "geoQ", "notification",
        "throttling", "expiresAt", "isActive", "notificationTrigger", "jsonldContext", "lang", "@context", "status",
        "createdAt", "modifiedAt", *NOT_SUPPORTED,
    }
)  # fmt: skip


class Endpoint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where notifications go; `headers` go with them (receiverInfo)."""

    uri: str
    accept: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


class Subscription(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What its owner wants to hear of; `told` is its JSON as it was sent, for showing it again in any context."""

    id: str
    owner: str
    told: dict[str, Any]
    context: Any
    endpoint: Endpoint
    selectors: tuple[Selector, ...] = ()
    watched: tuple[str, ...] = ()
    q: str = ""
    geo: GeoQuery | None = None
    attributes: tuple[str, ...] = ()
    form: Form = Form.NORMALIZED
    system: bool = False
    lang: str = ""
    throttling_s: float = 0.0
    expires_ms: int | None = None
    active: bool = True
    triggers: tuple[str, ...] = BY_DEFAULT
    created_ms: int = 0
    modified_ms: int = 0


class Sent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of a subscription so far; times are Unix milliseconds, 0 never."""

    times: int = 0
    failed: int = 0
    dropped: int = 0
    last_ms: int = 0
    success_ms: int = 0
    failure_ms: int = 0
    reason: str = ""


def parse_subscription(
    told: Any, context: Context, *, id: str, owner: str, now_ms: int, created_ms: int
) -> Subscription:
    """A subscription found sound. Raises Invalid("ngsi_ld.…"), Conflict("ngsi_ld.unsupported")."""
    _check(told, context)
    selectors = tuple(_selector(one, context) for one in _list(told, "entities", dict, SELECTORS_AT_MOST))
    watched = tuple(context.expand(name) for name in _list(told, "watchedAttributes", str, 1000))
    notification = _as(told, "notification", dict)
    return Subscription(
        id=id,
        owner=owner,
        told={name: value for name, value in told.items() if name not in OURS},
        context=context.raw,
        endpoint=_endpoint(notification.get("endpoint")),
        selectors=selectors,
        watched=watched,
        q=told.get("q", ""),
        geo=_geo(told["geoQ"], context) if "geoQ" in told else None,
        attributes=tuple(context.expand(name) for name in _list(notification, "attributes", str, 1000)),
        form=_form(notification.get("format", "normalized")),
        system=bool(notification.get("sysAttrs", False)),
        lang=str(told.get("lang", "")),
        throttling_s=_throttling(told.get("throttling", 0)),
        expires_ms=_expiry(told, now_ms),
        active=_as(told, "isActive", bool) if "isActive" in told else True,
        triggers=_triggers(told),
        created_ms=created_ms,
        modified_ms=now_ms,
    )


def _check(told: Any, context: Context) -> None:
    """Whether this is a subscription, of members we know and can keep to."""
    if not isinstance(told, dict) or told.get("type", told.get("@type")) != "Subscription":
        raise Invalid("ngsi_ld.wrong", detail="type: Subscription")
    for name in told:
        if name in NOT_SUPPORTED:
            raise Conflict("ngsi_ld.unsupported", what=name)
        if name not in _MEMBERS:
            raise Invalid("ngsi_ld.wrong", detail=name[:100])
    if "entities" not in told and "watchedAttributes" not in told:
        raise Invalid("ngsi_ld.wrong", detail="entities, watchedAttributes")
    if told.get("q"):
        parse_query(_as(told, "q", str), context)


def _expiry(told: dict[str, Any], now_ms: int) -> int | None:
    if "expiresAt" not in told:
        return None
    expires_ms = read_ms(told["expiresAt"], "expiresAt")
    if expires_ms <= now_ms:
        raise Invalid("ngsi_ld.past", at=told["expiresAt"])
    return expires_ms


def show_subscription(one: Subscription, sent: Sent, now_ms: int, *, system: bool) -> dict[str, Any]:
    """A subscription as its owner sent it, with what came of it; the keys of its headers are never shown."""
    endpoint: dict[str, Any] = {"uri": one.endpoint.uri, "accept": one.endpoint.accept}
    if one.endpoint.headers:
        endpoint["receiverInfo"] = [{"key": key, "value": "…"} for key, _ in one.endpoint.headers]
    counted = {"timesSent": sent.times, "timesFailed": sent.failed}
    moments = {"lastNotification": sent.last_ms, "lastSuccess": sent.success_ms, "lastFailure": sent.failure_ms}
    notification = {
        **{name: value for name, value in one.told["notification"].items() if name != "endpoint"},
        "endpoint": endpoint,
        "status": "failed" if sent.failure_ms > sent.success_ms else "ok",
        **counted,
        **{name: iso(ms) for name, ms in moments.items() if ms},
    }
    out = {"id": one.id, **one.told, "notification": notification, "status": status_of(one, now_ms)}
    out["isActive"] = one.active
    return out | ({"createdAt": iso(one.created_ms), "modifiedAt": iso(one.modified_ms)} if system else {})


def status_of(one: Subscription, now_ms: int) -> str:
    """Where it stands: "expired", "paused" or "active" (clause 5.2.12)."""
    if one.expires_ms is not None and one.expires_ms <= now_ms:
        return "expired"
    return "active" if one.active else "paused"


def _selector(told: dict[str, Any], context: Context) -> Selector:
    kinds = told.get("type")
    if not isinstance(kinds, str) or not kinds:
        raise Invalid("ngsi_ld.wrong", detail="entities.type")
    types = () if kinds == "*" else parse_types_wanted(kinds, context)
    wanted = told.get("id", "")
    if wanted and not is_uri(wanted):
        raise Invalid("ngsi_ld.id", id=str(wanted)[:100])
    pattern = "" if wanted else told.get("idPattern", "")
    return Selector(types=types, id=wanted, id_pattern=check_pattern(str(pattern)) if pattern else "")


def _endpoint(told: Any) -> Endpoint:
    uri = told.get("uri") if isinstance(told, dict) else None
    if not isinstance(uri, str) or len(uri) > 2000:
        raise Invalid("ngsi_ld.wrong", detail="notification.endpoint.uri")
    try:
        parts = urlsplit(uri)
        sound = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) and not parts.username
    except ValueError:
        sound = False
    if not sound:
        raise Invalid("ngsi_ld.endpoint", uri=uri[:200])
    accept = told.get("accept", JSON)
    if accept not in (JSON, LD_JSON, GEO_JSON):
        raise Invalid("ngsi_ld.wrong", detail="notification.endpoint.accept")
    return Endpoint(uri=uri, accept=accept, headers=_headers(told.get("receiverInfo", [])))


def _headers(told: Any) -> tuple[tuple[str, str], ...]:
    """What goes with every notification. Raises Invalid for a header that is ours to set, or none at all."""
    if not isinstance(told, list) or len(told) > HEADERS_AT_MOST:
        raise Invalid("ngsi_ld.wrong", detail="receiverInfo")
    out = []
    for one in told:
        key, value = (one.get("key"), one.get("value")) if isinstance(one, dict) else (None, None)
        if not isinstance(key, str) or not isinstance(value, str) or not _is_header(key, value):
            raise Invalid("ngsi_ld.wrong", detail="receiverInfo")
        out.append((key, value))
    return tuple(out)


def _is_header(key: str, value: str) -> bool:
    name = key.replace("-", "").replace("_", "")
    if not (name.isascii() and name.isalnum()) or key.lower() in FORBIDDEN_HEADERS:
        return False
    return value.isascii() and value.isprintable()


def _geo(told: Any, context: Context) -> GeoQuery:
    if not isinstance(told, dict):
        raise Invalid("ngsi_ld.wrong", detail="geoQ")
    coordinates = told.get("coordinates")
    if isinstance(coordinates, str):
        try:
            coordinates = msgspec.json.decode(coordinates)
        except msgspec.DecodeError:
            raise Invalid("ngsi_ld.geo_query", detail=coordinates[:100]) from None
    of = context.expand(told["geoproperty"]) if isinstance(told.get("geoproperty"), str) else LOCATION
    return read_geo_query(str(told.get("georel", "")), str(told.get("geometry", "")), coordinates, of)


def _form(told: Any) -> Form:
    if told not in FORMS:
        raise Invalid("ngsi_ld.wrong", detail="notification.format")
    return FORMS[told]


def _throttling(told: Any) -> float:
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told <= 366 * 86_400:
        raise Invalid("ngsi_ld.wrong", detail="throttling")
    return float(told)


def _triggers(told: dict[str, Any]) -> tuple[str, ...]:
    triggers = tuple(_list(told, "notificationTrigger", str, len(TRIGGERS)))
    if not TRIGGERS.issuperset(triggers):
        raise Invalid("ngsi_ld.wrong", detail="notificationTrigger")
    return triggers or BY_DEFAULT


def _list(told: dict[str, Any], name: str, kind: type, most: int) -> list[Any]:
    """A member that is a list of one kind of thing, and not an empty one; none where it is left out."""
    if name not in told:
        return []
    found = told[name]
    if not isinstance(found, list) or not 0 < len(found) <= most or not all(isinstance(one, kind) for one in found):
        raise Invalid("ngsi_ld.wrong", detail=name)
    return found


def _as(told: dict[str, Any], name: str, kind: type) -> Any:
    found = told.get(name)
    if not isinstance(found, kind):
        raise Invalid("ngsi_ld.wrong", detail=name)
    return found
