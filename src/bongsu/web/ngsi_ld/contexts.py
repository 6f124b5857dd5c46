"""The contexts that may be used here: the core's, those on the list, and what stands in a request itself."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from bongsu.core.errors import Invalid
from bongsu.wires.ngsi_ld.context import CORE_CONTEXT, CORE_URL, Context, context_of

REMEMBERED = 256


class Contexts:
    """Resolved contexts, the last used ones remembered."""

    def __init__(self, documents: Mapping[str, Any]) -> None:
        self._documents = documents
        self._resolved: OrderedDict[bytes, Context] = OrderedDict()

    def __call__(self, raw: object) -> Context:
        """What a @context means; the core's for None. Raises Unavailable("ngsi_ld.context"), Invalid, TooMuch."""
        if raw is None or raw == CORE_URL:
            return CORE_CONTEXT
        key = msgspec.json.encode(raw)
        found = self._resolved.get(key)
        if found is None:
            found = self._resolved[key] = context_of(raw, self._documents.__getitem__)
            if len(self._resolved) > REMEMBERED:
                self._resolved.popitem(last=False)
        self._resolved.move_to_end(key)
        return found


def read_contexts(files: Mapping[str, str], folder: Path) -> Contexts:
    """The contexts of the settings, each from its file (relative to the folder). Raises Invalid at the start."""
    documents = {}
    for url, name in files.items():
        try:
            documents[url] = msgspec.json.decode((folder / name).read_bytes())
        except (OSError, msgspec.DecodeError) as problem:
            raise Invalid("settings.unreadable", path=name, detail=str(problem)) from problem
    return Contexts(documents)
