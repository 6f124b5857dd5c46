"""Which entities are meant: by type (clause 4.17), id, pattern of ids, query, place, names and scope."""

from __future__ import annotations

import re

import msgspec

from bongsu.core.errors import Invalid
from bongsu.wires.ngsi_ld.context import Context
from bongsu.wires.ngsi_ld.entity import Entity
from bongsu.wires.ngsi_ld.pattern import matches

Types = tuple[frozenset[str], ...]
"""One of these sets of types, all of its types; none at all means any."""

_GROUP = re.compile(r"\(([^()]*)\)|([^(),|]+)")


def parse_types_wanted(text: str, context: Context) -> Types:
    """What `type` asks for: `A,B` and `A|B` one of them, `(A;B)` both. Raises Invalid("ngsi_ld.type_query")."""
    out = []
    at = 0
    for found in _GROUP.finditer(text):
        if text[at : found.start()].strip(" ,|"):
            raise Invalid("ngsi_ld.type_query", detail=text[:100])
        at = found.end()
        inner = found[1] if found[1] is not None else found[2]
        for part in re.split(r"[,|]", inner):
            names = [name.strip() for name in part.split(";")]
            if not all(names):
                raise Invalid("ngsi_ld.type_query", detail=text[:100])
            out.append(frozenset(context.expand(name) for name in names))
    if not out or text[at:].strip():
        raise Invalid("ngsi_ld.type_query", detail=text[:100])
    return tuple(out)


def is_of(entity: Entity, types: Types) -> bool:
    """Whether an entity is of one of the types asked for."""
    return not types or any(group.issubset(entity.types) for group in types)


class Selector(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One EntitySelector (clause 5.2.33): types in full, an id or a pattern of ids."""

    types: Types = ()
    id: str = ""
    id_pattern: str = ""


def selects(selector: Selector, entity: Entity) -> bool:
    """Whether a selector means an entity."""
    if selector.id and selector.id != entity.id:
        return False
    return is_of(entity, selector.types) and (not selector.id_pattern or matches(selector.id_pattern, entity.id))
