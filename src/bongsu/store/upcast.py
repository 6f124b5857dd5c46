"""Old rows read as if they were written today: one step for each schema number, applied in order.

A row is never rewritten: what the journal says stays byte for byte as it was committed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from bongsu.core.entry import SCHEMA

Fields = dict[str, Any]

_decode = msgspec.msgpack.Decoder().decode
_encode = msgspec.msgpack.Encoder().encode


def upcast(body: bytes, schema: int) -> bytes:
    """An entry's stored bytes as the newest schema writes them."""
    if schema == SCHEMA:
        return body
    fields = _decode(body)
    for number in range(schema, SCHEMA):
        fields = STEPS[number](fields)
    return _encode(fields)


def upcast_request(body: bytes, schema: int) -> bytes:
    """A request's stored bytes as the newest schema writes them."""
    if schema == SCHEMA:
        return body
    fields = _decode(body)
    for number in range(schema, SCHEMA):
        fields = REQUEST_STEPS[number](fields)
    return _encode(fields)


def _from_1(entry: Fields) -> Fields:
    """1 → 2: an entry may hold several changes, and a joined case says more than its name."""
    change = entry.pop("change")
    requests = [_request_from_1(request) for request in entry.get("requests", ())]
    changes = [{**change, "incident": _incident_from_1(change["incident"])}]
    return {**entry, "changes": changes, "requests": requests}


def _request_from_1(request: Fields) -> Fields:
    return {**request, "incident": _incident_from_1(request["incident"])}


def _incident_from_1(incident: Fields) -> Fields:
    """1 → 2: `also` was a list of "sender/occurrence"."""
    return {**incident, "also": [_joined_from_1(case) for case in incident.get("also", ())]}


def _joined_from_1(case: str) -> Fields:
    sender, _, occurrence = case.partition("/")
    return {"sender": sender, "occurrence": occurrence}


STEPS: dict[int, Callable[[Fields], Fields]] = {1: _from_1}
REQUEST_STEPS: dict[int, Callable[[Fields], Fields]] = {1: _request_from_1}
