"""Rules as a TOML file a person can read and change, and back."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from bongsu.core.errors import Invalid
from bongsu.core.observed import OBSERVED
from bongsu.core.rule import Rule

BARE = re.compile(r"[A-Za-z0-9_-]+")
HEAD = """\
# Rules of a bongsu platform (탐지 규칙): one table a rule, its name is the record's id. Units stand in the names
# (_s seconds, _h hours, _m metres); limits without one are in the unit of their property. What is left out has its
# default: docs/reference/rules.md. `bongsu rules import` brings the file in again; a rule that is not in it stays.
"""


def text_of(rules: Mapping[str, tuple[Rule, int]]) -> str:
    """These rules (by id, each with its version) as TOML, told with their names and their properties' units."""
    parts = [HEAD]
    for rule_id, (rule, version) in sorted(rules.items()):
        table = msgspec.json.decode(msgspec.json.encode(rule))
        del table["type"]
        title = f"# {rule.name}" + (f" / {rule.name_en}" if rule.name_en else "") + f" (version {version})"
        parts.append("\n".join([title, *_table((rule_id,), table)]))
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def rules_of(text: str, path: str) -> dict[str, Rule]:
    """The rules of a file, by id. Raises Invalid("rules.file"), and Invalid("rules.body") naming the rule."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise Invalid("rules.file", path=path, detail=str(problem)) from problem
    given = {}
    for rule_id, table in tables.items():
        try:
            given[rule_id] = msgspec.convert({"type": "rule", **table} if isinstance(table, dict) else table, Rule)
        except msgspec.ValidationError as problem:
            raise Invalid("rules.body", rule=rule_id, detail=str(problem)) from problem
    return given


def _table(path: tuple[str, ...], table: Mapping[str, Any], *, one_of_many: bool = False) -> Iterator[str]:
    """A table with its plain values first, then the tables in it."""
    name = ".".join(map(_key, path))
    yield f"[[{name}]]" if one_of_many else f"[{name}]"
    inner = {key: value for key, value in table.items() if isinstance(value, dict) or _is_tables(value)}
    for key, value in table.items():
        if key not in inner:
            yield f"{_key(key)} = {_value(value)}{_unit(key, table)}"
    for key, value in inner.items():
        for one in value if isinstance(value, list) else (value,):
            yield ""
            yield from _table((*path, key), one, one_of_many=isinstance(value, list))


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _unit(key: str, table: Mapping[str, Any]) -> str:
    """The unit of what is in a property's own, as a comment."""
    observed = OBSERVED.get(str(table.get("property", "")))
    if observed is None or key not in ("above", "below", "change", "hysteresis", "rise_per_min"):
        return ""
    return f"  # {observed.unit}" + ("/min" if key == "rise_per_min" else "")


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else _text(name)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case list():
            return _list(value)
    return repr(value)


def _list(values: Iterable[object]) -> str:
    return "[" + ", ".join(map(_value, values)) + "]"


def _text(value: str) -> str:
    """A basic string; JSON escapes are TOML's, but for DEL, which only TOML forbids bare."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
