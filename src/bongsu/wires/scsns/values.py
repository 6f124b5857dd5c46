"""Single values of the safety network's messages: text, numbers and times in all the ways partners write them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

import msgspec

from bongsu.core.clock import KST
from bongsu.wires.scsns.results import Result, refusal

Fields = Mapping[str, object]

NAME_CHARS = 64
TEXT_CHARS = 4_000
STAMP_SECONDS = "%Y%m%d%H%M%S"
STAMP_DIGITS = 14
STAMP_DIGITS_MS = 17
MAX_WHOLE = 10**20
YEARS = range(1970, 2200)
"""Outside of these a time is a slip of the pen, and sums with it could overflow."""


def opened(value: object, name: str) -> object:
    """A value that may come as JSON inside a string: the form encoding carries objects that way."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text.startswith(("{", "[")):
        return text
    try:
        inner: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        raise refusal(Result.BAD_REQUEST, "not_json", field=name) from None
    return inner


def read_text(fields: Fields, name: str, *, at_most: int = TEXT_CHARS) -> str:
    """Text, or a whole number written as one; "" when absent; control characters go, what is too long is cut."""
    text = plain(fields.get(name), name)
    if not text.isprintable():
        text = "".join(char for char in text if char.isprintable() or char == "\n")
    return text.strip()[:at_most]


def read_name(fields: Fields, name: str, *, at_most: int = NAME_CHARS) -> str:
    """An identifier: present and not too long. Raises 4101 when absent, 4102 when too long."""
    text = read_text(fields, name)
    if not text:
        raise refusal(Result.MISSING, "missing", field=name)
    if len(text) > at_most:
        raise refusal(Result.WRONG_TYPE, "wrong_type", field=name)
    return text


def plain(value: object, name: str) -> str:
    """A scalar as text; "" for null. Raises 4102 for anything else."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_WHOLE:
        raise refusal(Result.WRONG_TYPE, "wrong_type", field=name)
    return str(value)


def read_number(fields: Fields, name: str) -> float | None:
    """A number, or one written as text; None when absent or not finite. Raises 4102."""
    value = fields.get(name)
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise refusal(Result.WRONG_TYPE, "wrong_type", field=name)
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise refusal(Result.WRONG_TYPE, "wrong_type", field=name) from None
    return number if math.isfinite(number) else None


def read_object(fields: Fields, name: str) -> Fields:
    """A nested object, also as JSON in a string; empty when absent. Raises 4102."""
    value = opened(fields.get(name), name)
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise refusal(Result.WRONG_TYPE, "wrong_type", field=name)
    return value


def read_time(fields: Fields, name: str) -> datetime | None:
    """yyyyMMddHHmmss[SSS] in Korean time, or ISO 8601 (Korean time without an offset); None when absent."""
    text = plain(fields.get(name), name).strip()
    if not text:
        return None
    try:
        told = _time(text)
    except (ValueError, OverflowError):
        raise refusal(Result.WRONG_TYPE, "wrong_type", field=name) from None
    if told.year not in YEARS:
        raise refusal(Result.WRONG_TYPE, "wrong_type", field=name)
    return told


def _time(text: str) -> datetime:
    if not (text.isascii() and text.isdigit()):
        told = datetime.fromisoformat(text)
        return told.replace(tzinfo=KST) if told.tzinfo is None else told.astimezone(KST)
    if len(text) not in (STAMP_DIGITS, STAMP_DIGITS_MS):
        raise ValueError(text)
    told = datetime.fromisoformat(f"{text[:8]}T{text[8:STAMP_DIGITS]}")
    return told.replace(microsecond=int(text[STAMP_DIGITS:] or 0) * 1000, tzinfo=KST)


def stamp(when: datetime) -> str:
    """A time as yyyyMMddHHmmss in Korean time."""
    return f"{when.astimezone(KST):{STAMP_SECONDS}}"


def stamp_ms(when: datetime) -> str:
    """A time as yyyyMMddHHmmssSSS in Korean time, the customary occurrence number."""
    return f"{stamp(when)}{when.microsecond // 1000:03d}"
