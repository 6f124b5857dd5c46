"""Moments as NGSI-LD writes them (clause 4.6.3): ISO 8601 in UTC with a Z."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bongsu.core.errors import Invalid

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d{1,9})?(Z|[+-]\d\d:?\d\d)?")


def iso(ms: int) -> str:
    """A Unix time in milliseconds as text."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


def read_ms(text: object, what: str) -> int:
    """A moment's Unix time in milliseconds. Raises Invalid("ngsi_ld.wrong") naming `what` it was."""
    found = find_ms(text)
    if found is None:
        raise Invalid("ngsi_ld.wrong", detail=what)
    return found


def find_ms(text: object) -> int | None:
    """A moment's Unix time in milliseconds, None where the text is none."""
    if not isinstance(text, str) or not _MOMENT.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(_trim(text.replace(",", ".")))
    except ValueError:
        return None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _trim(text: str) -> str:
    """At most six digits of a second: Python knows no more."""
    return re.sub(r"(\.\d{6})\d+", r"\1", text)
