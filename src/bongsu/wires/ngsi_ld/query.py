"""The query language of clause 4.9: a text such as `temperature>20;address[city]=="서울"` as a tree."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from bongsu.core.errors import Invalid, TooMuch
from bongsu.wires.ngsi_ld.context import Context
from bongsu.wires.ngsi_ld.pattern import check_pattern
from bongsu.wires.ngsi_ld.times import find_ms

TERMS_AT_MOST = 100
NESTED_AT_MOST = 10
CHARS_AT_MOST = 8_000
_TOKEN = re.compile(
    r'\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<op>==|!=|>=|<=|!~=|~=|>|<)|(?P<mark>[();|,\[\]]|\.\.)'
    r'|(?P<word>(?:[^\s"()=!<>~;|,\[\].]|\.(?!\.))+))'
)
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_MEMBERS = frozenset({"observedAt", "unitCode", "datasetId", "createdAt", "modifiedAt", "objectType"})


class Moment(msgspec.Struct, frozen=True):
    """A date and time, compared as time and not as text."""

    ms: int


class Uri(msgspec.Struct, frozen=True):
    """A word that is neither a number nor quoted: a URI, a date, a time, or a term."""

    text: str


class Span(msgspec.Struct, frozen=True):
    """From a value to another, both included."""

    low: Any
    high: Any


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One condition: `path` (IRIs and members of attributes), `inside` a compound value, `op` "" asks for existence."""

    path: tuple[str, ...]
    inside: tuple[str, ...] = ()
    op: str = ""
    values: tuple[Any, ...] = ()


class AllOf(msgspec.Struct, frozen=True):
    """Every one of these."""

    of: tuple[Node, ...]


class OneOf(msgspec.Struct, frozen=True):
    """One of these at least."""

    of: tuple[Node, ...]


Node = Term | AllOf | OneOf


def parse_query(text: str, context: Context) -> Node:
    """The tree of a query. Raises Invalid("ngsi_ld.query") with the place, TooMuch("ngsi_ld.query_large")."""
    if len(text) > CHARS_AT_MOST:
        raise TooMuch("ngsi_ld.query_large", most=TERMS_AT_MOST)
    tokens = _tokens(text)
    if len(tokens) > TERMS_AT_MOST * 4:
        raise TooMuch("ngsi_ld.query_large", most=TERMS_AT_MOST)
    reading = _Reading(tokens, context)
    node = reading.either(0)
    if reading.at < len(tokens):
        raise Invalid("ngsi_ld.query", detail=tokens[reading.at][1])
    return node


def _tokens(text: str) -> list[tuple[str, str]]:
    out, at = [], 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            raise Invalid("ngsi_ld.query", detail=text[at : at + 40])
        out.append((str(found.lastgroup), str(found[str(found.lastgroup)])))
        at = found.end()
    return out


class _Reading:
    """The tokens and how far they are read; `;` binds closer than `|`."""

    def __init__(self, tokens: list[tuple[str, str]], context: Context) -> None:
        self.tokens = tokens
        self.context = context
        self.at = 0

    def either(self, depth: int) -> Node:
        parts = [self.both(depth)]
        while self.takes("|"):
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else OneOf(tuple(parts))

    def both(self, depth: int) -> Node:
        parts = [self.one(depth)]
        while self.takes(";"):
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def one(self, depth: int) -> Node:
        if depth > NESTED_AT_MOST:
            raise TooMuch("ngsi_ld.query_large", most=TERMS_AT_MOST)
        if self.takes("("):
            node = self.either(depth + 1)
            self.want(")")
            return node
        names = self.word().split(".")
        path = tuple(name if name in _MEMBERS else self.context.expand(name) for name in names)
        inside: tuple[str, ...] = ()
        if self.takes("["):
            inside = tuple(self.word().split("."))
            self.want("]")
        kind, op = self.next()
        if kind != "op":
            return Term(path=path, inside=inside)
        self.at += 1
        values = (check_pattern(self.pattern()),) if op in ("~=", "!~=") else self.values(op)
        return Term(path=path, inside=inside, op=op, values=values)

    def values(self, op: str) -> tuple[Any, ...]:
        found = [self.value()]
        if op not in ("==", "!="):
            if isinstance(found[0], bool):
                raise Invalid("ngsi_ld.query", detail=op)
            return tuple(found)
        if self.takes(".."):
            return (Span(found[0], self.value()),)
        while self.takes(","):
            found.append(self.value())
        return tuple(found)

    def value(self) -> Any:
        kind, text = self.next()
        self.at += 1
        if kind == "string":
            return _string(text)
        if kind != "word":
            raise Invalid("ngsi_ld.query", detail=text)
        if text in ("true", "false"):
            return text == "true"
        if _NUMBER.fullmatch(text):
            return float(text)
        moment = find_ms(text)
        return Moment(moment) if moment is not None else Uri(text)

    def pattern(self) -> str:
        """A regular expression: quoted, or a bare word."""
        kind, text = self.next()
        self.at += 1
        return _string(text) if kind == "string" else text

    def word(self) -> str:
        kind, text = self.next()
        if kind != "word":
            raise Invalid("ngsi_ld.query", detail=text or "…")
        self.at += 1
        return text

    def next(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def takes(self, mark: str) -> bool:
        if self.next() != ("mark", mark):
            return False
        self.at += 1
        return True

    def want(self, mark: str) -> None:
        if not self.takes(mark):
            raise Invalid("ngsi_ld.query", detail=mark)


def _string(text: str) -> str:
    try:
        return str(msgspec.json.decode(text))
    except msgspec.DecodeError:
        raise Invalid("ngsi_ld.query", detail=text[:40]) from None
