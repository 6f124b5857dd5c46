"""YAML as people write it, read so that every complaint can name the line and the word that was probably meant."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import yaml

from bongsu.core.errors import Invalid

MAX_BYTES = 256 * 1024


class Word:
    """A value in a document, with the word it stands under; every reading of it may raise Invalid with its line."""

    def __init__(self, node: yaml.Node, name: str) -> None:
        self._node = node
        self._name = name

    @property
    def line(self) -> int:
        """Where it stands, from 1."""
        return int(self._node.start_mark.line) + 1

    def text(self) -> str:
        """A plain word or sentence."""
        if not isinstance(self._node, yaml.ScalarNode) or not self._node.value.strip():
            raise self.wrong("…")
        return str(self._node.value).strip()

    def one_of(self, known: Iterable[str]) -> str:
        """One of the words known here; another is answered with the nearest one."""
        text, choices = self.text(), [str(word) for word in known]
        if text not in choices:
            raise _unknown(self.line, text, choices)
        return text

    def number(self, least: float, most: float) -> float:
        """A number within bounds."""
        try:
            found = float(self.text())
        except ValueError as problem:
            raise self.wrong(f"{least:g}–{most:g}") from problem
        if not math.isfinite(found) or not least <= found <= most:
            raise self.wrong(f"{least:g}–{most:g}")
        return found

    def whole(self, least: int, most: int) -> int:
        """A whole number within bounds."""
        text = self.text()
        if not text.isdecimal() or not least <= int(text) <= most:
            raise self.wrong(f"{least}–{most}")
        return int(text)

    def items(self) -> list[Read]:
        """The entries of a list."""
        if not isinstance(self._node, yaml.SequenceNode):
            raise self.wrong("- …")
        return [Read(node, self._name) for node in self._node.value]

    def words(self, known: Sequence[str]) -> Mapping[str, Word]:
        """What a table says, by its words."""
        return Read(self._node, self._name).words(known)

    def wrong(self, expected: str) -> Invalid:
        """The complaint about a value: say what was expected instead."""
        value = self._node.value if isinstance(self._node, yaml.ScalarNode) else "…"
        return Invalid("scenario.value", line=self.line, word=self._name, value=str(value), expected=expected)


class Read:
    """A table in a document."""

    def __init__(self, node: yaml.Node, name: str) -> None:
        self._node = node
        self._name = name

    @property
    def line(self) -> int:
        """Where it begins, from 1."""
        return int(self._node.start_mark.line) + 1

    def words(self, known: Sequence[str]) -> Mapping[str, Word]:
        """What it says by its words; raise Invalid("scenario.word") for one that is not known or said twice."""
        if not isinstance(self._node, yaml.MappingNode):
            raise Word(self._node, self._name).wrong(f"{known[0]}: …")
        found: dict[str, Word] = {}
        for key, value in self._node.value:
            word = str(key.value) if isinstance(key, yaml.ScalarNode) else "…"
            if word not in known or word in found:
                raise _unknown(int(key.start_mark.line) + 1, word, [one for one in known if one not in found])
            found[word] = Word(value, word)
        return found

    def missing(self, word: str) -> Invalid:
        """The complaint that a word is not there."""
        return Invalid("scenario.value", line=self.line, word=word, value="", expected=f"{word}: …")


def document(path: Path, instead: Sequence[str] = ()) -> Read:
    """The table a file holds; raise Invalid("scenario.unreadable") with what is wrong, and what exists instead."""
    try:
        raw = path.read_bytes()[: MAX_BYTES + 1]
        if len(raw) > MAX_BYTES:
            raise Invalid("scenario.unreadable", path=str(path), detail=f"> {MAX_BYTES} B")
        return parsed(raw.decode("utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as problem:
        near = difflib.get_close_matches(path.name, instead, n=1)
        detail = f"{problem.__class__.__name__}; {', '.join(near or instead)}"
        raise Invalid("scenario.unreadable", path=str(path), detail=detail) from problem


def parsed(text: str, path: str = "") -> Read:
    """The table a text holds; raise Invalid("scenario.unreadable") with the place where it is no YAML."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        detail = " ".join(str(problem).split())[:200]
        raise Invalid("scenario.unreadable", path=path, detail=detail) from problem
    if not isinstance(node, yaml.MappingNode):
        raise Invalid("scenario.unreadable", path=path, detail="start: …")
    return Read(node, "scenario")


def _unknown(line: int, word: str, known: Sequence[str]) -> Invalid:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return Invalid("scenario.word", line=line, word=word, suggestion=near[0] if near else ", ".join(known))
