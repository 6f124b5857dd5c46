"""Measured values as people read them: rounded, with the unit, in the city's language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bongsu.core.observed import OBSERVED
from bongsu.core.words import table

SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "Cel": "°C", "%": "%", "deg": "°", "lx": " lx", "W": " W", "kW.h": " kWh", "m3": " m³", "L/h": " L/h",
        "[ppm]": " ppm", "mm": " mm", "mm/s": " mm/s", "m": " m", "m/s": " m/s", "/min": "/min",
    }
)  # fmt: skip
"""Each unit (UCUM) as it is written behind a figure."""
SHARES = frozenset({"smoke", "fill", "battery"})
"""Shares of a whole, which are told in percent."""
DIGITS, MOST_DIGITS = 3, 6


def figure(value: float, digits: int = DIGITS) -> str:
    """A number with about so many digits that count, never fewer than its whole ones, and no zeros behind."""
    decimals = 0
    while decimals < MOST_DIGITS and abs(value) * 10**decimals < 10 ** (digits - 1):
        decimals += 1
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def measured(value: float, name: str, language: str, digits: int = DIGITS) -> str:
    """A value of an observed property with its unit; of one nobody knows, the figure alone."""
    known = OBSERVED.get(name)
    if known is None:
        return figure(value, digits)
    if name in SHARES:
        return f"{figure(value * 100, digits)}%"
    told = table(language).get(f"measure.{name}")
    text = figure(value, digits)
    return text + SIGNS.get(known.unit, "") if told is None else told.format(figure=text)


def told_apart(values: Mapping[str, float], name: str, language: str) -> dict[str, str]:
    """Several values of one property, with as many digits as it takes to tell different ones apart."""
    different = len(set(values.values()))
    for digits in range(DIGITS, MOST_DIGITS + 1):
        told = {key: measured(value, name, language, digits) for key, value in values.items()}
        if len(set(told.values())) == different:
            break
    return told
