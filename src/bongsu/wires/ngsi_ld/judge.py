"""Whether an entity meets a query (clause 4.9)."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

from bongsu.wires.ngsi_ld.entity import LANGUAGE, LIST_OF_OBJECTS, RELATIONSHIP, Attribute, Entity
from bongsu.wires.ngsi_ld.pattern import matches
from bongsu.wires.ngsi_ld.query import AllOf, Moment, Node, OneOf, Span, Term, Uri
from bongsu.wires.ngsi_ld.times import find_ms, iso

_ORDER = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
_CREATED, _MODIFIED = ("https://uri.etsi.org/ngsi-ld/createdAt", "https://uri.etsi.org/ngsi-ld/modifiedAt")
_ABSENT = object()


def meets(entity: Entity, node: Node) -> bool:
    """Whether the entity meets the query."""
    if isinstance(node, AllOf):
        return all(meets(entity, one) for one in node.of)
    if isinstance(node, OneOf):
        return any(meets(entity, one) for one in node.of)
    targets = [value for value in _targets(entity, node) if value is not _ABSENT]
    if not node.op:
        return bool(targets)
    if node.op == "!=":
        return bool(targets) and not any(_equals(value, want) for value in targets for want in node.values)
    return any(_holds(value, node) for value in targets)


def _targets(entity: Entity, term: Term) -> Iterator[Any]:
    """Every value the path leads to: any instance will do."""
    first = term.path[0]
    if len(term.path) == 1 and first in ("createdAt", "modifiedAt", _CREATED, _MODIFIED):
        yield iso(entity.created_ms if first.endswith("createdAt") else entity.modified_ms)
        return
    for one in entity.attributes.get(first, ()):
        yield from _below(one, term.path[1:], term)


def _below(one: Attribute, path: tuple[str, ...], term: Term) -> Iterator[Any]:
    if not path:
        yield from _values(one, term)
        return
    for below in one.sub.get(path[0], ()):
        yield from _below(below, path[1:], term)
    if len(path) == 1 and path[0] not in one.sub:
        yield _member(one, path[0])


def _member(one: Attribute, name: str) -> Any:
    found: dict[str, Any] = {
        "observedAt": one.observed_at,
        "unitCode": one.unit,
        "datasetId": one.dataset,
        "objectType": one.object_type,
        "createdAt": iso(one.created_ms) if one.created_ms else "",
        "modifiedAt": iso(one.modified_ms) if one.modified_ms else "",
    }
    return found.get(name) or _ABSENT


def _values(one: Attribute, term: Term) -> Iterator[Any]:
    if one.kind in (RELATIONSHIP, LIST_OF_OBJECTS) and term.op not in ("", "==", "!="):
        return
    if one.kind == LIST_OF_OBJECTS:
        yield [told.get("object") if isinstance(told, dict) else told for told in one.value]
    elif one.kind == LANGUAGE:
        spoken = one.value.values() if term.inside in ((), ("*",)) else [one.value.get(term.inside[0], _ABSENT)]
        yield from spoken
    else:
        yield _inside(one.value, term.inside)


def _inside(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return _ABSENT
        value = value[name]
    return value["@value"] if isinstance(value, dict) and "@value" in value else value


def _holds(value: Any, term: Term) -> bool:
    if term.op == "==":
        return any(_equals(value, want) for want in term.values)
    want = term.values[0]
    if term.op in ("~=", "!~="):
        return isinstance(value, str) and matches(want, value) == (term.op == "~=")
    left, right = _comparable(value, want)
    return left is not None and bool(_ORDER[term.op](left, right))


def _equals(value: Any, want: Any) -> bool:
    if isinstance(value, list):
        return any(_equals(one, want) for one in value)
    if isinstance(want, Span):
        low, from_low = _comparable(value, want.low)
        high, to_high = _comparable(value, want.high)
        return low is not None and high is not None and bool(from_low <= low) and bool(high <= to_high)
    if isinstance(want, bool) or isinstance(value, bool):
        return value is want
    left, right = _comparable(value, want)
    return left is not None and bool(left == right)


def _comparable(value: Any, want: Any) -> tuple[Any, Any]:
    """Two values of one kind, (None, None) where they are of different kinds."""
    if isinstance(want, float):
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        return (value, want) if fits else (None, None)
    if isinstance(want, Moment):
        return find_ms(value), want.ms
    text = want.text if isinstance(want, Uri) else want
    return (value, text) if isinstance(value, str) else (None, None)
