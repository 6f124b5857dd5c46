"""@context: short names to IRIs and back (clauses 5.5.5, 5.5.7); the core context is built in and always wins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bongsu.core.errors import Invalid, TooMuch, Unavailable

CORE_URL = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
CORE_PREFIX = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context"
NGSI = "https://uri.etsi.org/ngsi-ld/"
VOCAB = "https://uri.etsi.org/ngsi-ld/default-context/"
DUBLIN = "http://purl.org/dc/terms/"
TERMS_AT_MOST = 20_000
NAME_CHARS = 100
"""Longer names are not remembered."""
DEPTH_AT_MOST = 8
PREFIX_ENDS = (":", "/", "?", "#", "[", "]", "@")

CORE = {
    **{
        name: NGSI + name
        for name in (
            "createdAt", "datasetId", "deletedAt", "location", "modifiedAt", "observationSpace", "observedAt",
            "operationSpace", "scope", "status", "unitCode",
        )
    },
    "title": DUBLIN + "title",
    "description": DUBLIN + "description",
}  # fmt: skip
"""The names of the core context that an entity's members may bear."""

Known = Callable[[str], Any]
"""The document behind a URL that may be used as a context; raises KeyError for all others."""


class Context(msgspec.Struct, frozen=True):
    """A resolved @context; `raw` is what an answer names as its own ("" the core alone)."""

    raw: Any
    terms: Mapping[str, str]
    names: Mapping[str, str]
    prefixes: Mapping[str, str]
    vocab: str = VOCAB
    memory: dict[str, str] = {}

    def expand(self, name: str) -> str:
        """The IRI of a short name; an IRI is itself. Raises Invalid("ngsi_ld.name")."""
        found = self.memory.get(name)
        if found is None:
            found = self._expanded(name)
            if len(self.memory) < TERMS_AT_MOST and len(name) < NAME_CHARS:
                self.memory[name] = found
        return found

    def _expanded(self, name: str) -> str:
        found = CORE.get(name) or self.terms.get(name)
        if found is not None:
            return found
        head, colon, rest = name.partition(":")
        if colon:
            if head in self.terms and not rest.startswith("//"):
                return self.terms[head] + rest
            return name
        if not _is_name(name):
            raise Invalid("ngsi_ld.name", name=name[:100])
        return self.vocab + name

    def compact(self, iri: str) -> str:
        """The shortest name that `expand` brings back to this IRI."""
        found = self.names.get(iri)
        if found is not None:
            return found
        if iri.startswith(self.vocab):
            name = iri[len(self.vocab) :]
            if _is_name(name) and name not in self.terms and name not in CORE:
                return name
        for start, prefix in self.prefixes.items():
            if iri.startswith(start) and len(iri) > len(start) and not iri[len(start) :].startswith("//"):
                return f"{prefix}:{iri[len(start) :]}"
        return iri


def context_of(raw: Any, known: Known) -> Context:
    """What a @context means: a URL, an object of terms, or an array of them.

    Raises Unavailable("ngsi_ld.context") for a URL that is not on the list of allowed ones, Invalid, TooMuch.
    """
    given: dict[str, str | None] = {}
    _take(raw, known, given, 0)
    vocab = given.pop("@vocab", None) or VOCAB
    terms = {name: iri for name, iri in given.items() if iri and name not in CORE}
    names: dict[str, str] = {iri: name for name, iri in CORE.items()}
    for name, iri in terms.items():
        names.setdefault(iri, name)
    prefixes = {iri: name for name, iri in terms.items() if iri.endswith(PREFIX_ENDS)}
    longest_first = dict(sorted(prefixes.items(), key=lambda one: -len(one[0])))
    return Context(raw, terms, names, longest_first, vocab, {})


def _take(raw: Any, known: Known, into: dict[str, str | None], depth: int) -> None:
    if depth > DEPTH_AT_MOST:
        raise TooMuch("ngsi_ld.context_large", most=TERMS_AT_MOST)
    if raw is None:
        return
    if isinstance(raw, str):
        _take_url(raw, known, into, depth)
    elif isinstance(raw, list):
        for one in raw:
            _take(one, known, into, depth + 1)
    elif isinstance(raw, dict):
        _take_terms(raw, into)
    else:
        raise Invalid("ngsi_ld.wrong", detail="@context")


def _take_url(url: str, known: Known, into: dict[str, str | None], depth: int) -> None:
    if url.startswith(CORE_PREFIX):
        return
    try:
        document = known(url)
    except KeyError:
        raise Unavailable("ngsi_ld.context", url=url[:200]) from None
    _take(document.get("@context") if isinstance(document, dict) else document, known, into, depth + 1)


def _take_terms(raw: dict[str, Any], into: dict[str, str | None]) -> None:
    """Add an object's terms: a term may be said by prefixes of the same object or of those before it."""
    if len(into) + len(raw) > TERMS_AT_MOST:
        raise TooMuch("ngsi_ld.context_large", most=TERMS_AT_MOST)
    said: dict[str, str] = {}
    for name, told in raw.items():
        iri = told.get("@id") if isinstance(told, dict) else told
        if iri is None:
            into[name] = None  # JSON-LD: a term of null is no term any more
        elif not isinstance(iri, str):
            continue  # @version, @protected
        elif name == "@vocab" or not name.startswith("@"):
            said[name] = iri
    for name, iri in said.items():
        into[name] = _whole(iri, {**into, **said})


def _whole(iri: str, terms: Mapping[str, str | None]) -> str | None:
    """An IRI written with a prefix, in full; None for what is none (a keyword alias such as "@id")."""
    for _ in range(DEPTH_AT_MOST):
        head, colon, rest = iri.partition(":")
        start = terms.get(head)
        if not colon or rest.startswith("//") or not start:
            break
        iri = start + rest
    return iri if ":" in iri else None


def _is_name(name: str) -> bool:
    """A name of clause 4.6.2: letters, digits and underscores, and what cities use beside: a hyphen."""
    return bool(name) and name.replace("_", "a").replace("-", "a").isalnum() and not name[0].isdigit()


CORE_CONTEXT = context_of(CORE_URL, lambda url: None)
