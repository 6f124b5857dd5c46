"""The event codes as data: what an evtId means to us, and how bad it is."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from bongsu.core.errors import Invalid
from bongsu.core.report import Severity


class Code(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One event code; `ours` marks a code that is our own choice and in no public list."""

    id: str
    kind: str
    severity: Severity
    ko: str
    en: str
    ours: bool = False


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: tuple[Code, ...] = ()


Codes = Mapping[str, Code]
"""Event codes by evtId."""


@cache
def builtin_codes() -> Codes:
    """The table that comes with the product (codes.toml)."""
    return read_codes(files("bongsu.wires.scsns").joinpath("codes.toml").read_text("utf-8"))


def read_codes(text: str, over: Codes | None = None) -> Codes:
    """A table from its TOML text, added to and overruling `over`. Raises Invalid("scsns.codes") naming the fault."""
    try:
        table = msgspec.convert(tomllib.loads(text), _Table)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        raise Invalid("scsns.codes", detail=str(problem)) from problem
    ids = [code.id for code in table.code]
    twice = {name for name in ids if ids.count(name) > 1}
    if twice:
        raise Invalid("scsns.codes", detail=f"id twice: {', '.join(sorted(twice))}")
    return {**(over or {}), **{code.id: code for code in table.code}}


def kinds(codes: Codes) -> Mapping[str, Code]:
    """The first code of each kind: its severity and names hold for the kind, whoever reports it."""
    first: dict[str, Code] = {}
    for code in codes.values():
        first.setdefault(code.kind, code)
    return first
