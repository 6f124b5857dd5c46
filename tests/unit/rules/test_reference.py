"""The reference of the rules says every danger, field, default and property."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from bongsu.core.observed import OBSERVED
from bongsu.core.rule import (
    Absence,
    Among,
    Condition,
    DayPart,
    Drift,
    Geofence,
    Rhythm,
    Rule,
    Sign,
    Silent,
    Threshold,
    Together,
)

PAGE = (Path(__file__).resolve().parents[3] / "docs/reference/rules.md").read_text("utf-8")
SECTIONS = {
    Rule: "## Every rule",
    Among: "`among` —",
    Threshold: "## `threshold`",
    Absence: "## `absence`",
    Sign: "A sign (`signs`)",
    DayPart: "A part of the day (`limits`)",
    Rhythm: "The rhythm (`rhythm`)",
    Geofence: "## `geofence`",
    Silent: "## `silent`",
    Drift: "## `drift`",
    Together: "## `together`",
    Condition: "A condition (`conditions`)",
}


def rows(title: str) -> dict[str, str]:
    """Each field of the first table after a title, with the default it is said to have."""
    table = PAGE[PAGE.index(title) :].split("|---", 1)[1].split("\n\n", 1)[0]
    told = {}
    for line in table.splitlines()[1:]:
        fields, _, default, _ = [cell.strip() for cell in line.strip("|").split("|")]
        names = re.findall(r"`(\w+)`", fields)
        defaults = default.split(", ") if len(names) > 1 and ", " in default else [default] * len(names)
        told |= dict(zip(names, defaults, strict=True))
    return told


def said(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "needed"
    default = field.default
    if isinstance(default, msgspec.Struct):
        return "any"
    if isinstance(default, bool):
        return str(default).lower()
    if default is None:
        return "none"
    if isinstance(default, tuple):
        return "[]"
    return f"{default:g}" if isinstance(default, int | float) else default


@pytest.mark.parametrize("record", SECTIONS, ids=lambda record: record.__name__)
def test_every_field_is_there_with_its_default(record):
    told = {name: default.strip("`") for name, default in rows(SECTIONS[record]).items()}
    told = {name: "" if default == '""' else default for name, default in told.items()}
    code = {field.name: said(field) for field in msgspec.structs.fields(record)}
    numbers = {
        name: f"{float(default):g}" if re.fullmatch(r"[\d.e-]+", default) else default for name, default in told.items()
    }
    assert numbers == code


def test_every_property_is_there_with_its_unit_and_range():
    for name, observed in OBSERVED.items():
        assert f"| `{name}` | {observed.unit} | {observed.low:g} to {observed.high:g} |" in PAGE
