"""Everything a person reads stands in Korean and English, and every error has its sentence."""

from __future__ import annotations

import re
import string
from pathlib import Path

from bongsu.core.words import LANGUAGES, say, table

SOURCE = Path(__file__).resolve().parents[2] / "src" / "bongsu"
RAISED = re.compile(r'\b(?:Invalid|NotFound|Refused|Unknown|Conflict|TooMuch|Unavailable)\(\s*"([a-z0-9_.]+)"')


def codes() -> set[str]:
    return {
        code
        for path in SOURCE.rglob("*.py")
        for code in RAISED.findall(path.read_text("utf-8"))
        if "world" not in path.parts
    }


def test_both_languages_have_the_same_keys_with_the_same_facts():
    def facts(sentence):
        return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}

    korean, english = (table(language) for language in LANGUAGES)
    assert set(korean) == set(english)
    assert {k for k in korean if facts(korean[k]) != facts(english[k])} == set()


def test_every_error_code_has_a_sentence():
    assert {code for code in codes() if f"error.{code}" not in table("ko")} == set()


def test_a_missing_fact_leaves_its_place_open_and_an_unknown_key_is_itself():
    assert "{what}" in say("error.not_found")
    assert say("no.such.key", "en") == "no.such.key"
