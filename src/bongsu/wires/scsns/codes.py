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
    """One event code, of one detail (ocrEvtDtlCd) where it has one; `ours`: our own choice, in no public list."""

    id: str
    kind: str
    severity: Severity
    ko: str
    en: str
    detail: str = ""
    ours: bool = False

    @property
    def key(self) -> str:
        """What it stands under in the table."""
        return f"{self.id}/{self.detail}" if self.detail else self.id


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: tuple[Code, ...] = ()


Codes = Mapping[str, Code]
"""Event codes by evtId, and by evtId/ocrEvtDtlCd where a detail has a row of its own."""


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
    ids = [code.key for code in table.code]
    twice = {name for name in ids if ids.count(name) > 1}
    if twice:
        raise Invalid("scsns.codes", detail=f"id twice: {', '.join(sorted(twice))}")
    return {**(over or {}), **{code.key: code for code in table.code}}


def find_code(codes: Codes, event_id: str, detail: str) -> Code | None:
    """What an event's code and detail mean: the row of the detail, else that of the code; None for an unknown one."""
    found = codes.get(f"{event_id}/{detail}") or codes.get(event_id)
    return found if found is not None and found.id == event_id else None


def kinds(codes: Codes) -> Mapping[str, Code]:
    """The first code of each kind: its severity and names hold for the kind, whoever reports it."""
    first: dict[str, Code] = {}
    for code in codes.values():
        first.setdefault(code.kind, code)
    return first
