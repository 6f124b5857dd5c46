"""Every sentence a person reads from the server, in Korean and English."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

LANGUAGES = ("ko", "en")


@cache
def table(language: str) -> dict[str, str]:
    """All sentences of one language by key; keys are the same in every language (a test holds that)."""
    name = f"words_{language if language in LANGUAGES else 'ko'}.json"
    loaded: dict[str, str] = json.loads(files("bongsu.core").joinpath(name).read_text("utf-8"))
    return loaded


def say(key: str, language: str = "ko", /, **facts: object) -> str:
    """The sentence for a key with its facts filled in; an unknown key answers with itself."""
    return table(language).get(key, key).format_map(_Facts(facts))


class _Facts(dict[str, object]):
    """Leaves a placeholder in place rather than failing while telling somebody about a failure."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
