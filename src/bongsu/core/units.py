"""Units as others say them (UN/CEFACT common codes, as NGSI-LD's unitCode, and UCUM), brought to those of ours."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SHARE = "1"
_SAME = (1.0, 0.0)

_INTO: Mapping[tuple[str, str], tuple[float, float]] = MappingProxyType(
    {
        ("CEL", "Cel"): _SAME,
        ("FAH", "Cel"): (5 / 9, -160 / 9),
        ("KEL", "Cel"): (1.0, -273.15),
        ("P1", "%"): _SAME,
        ("P1", SHARE): (0.01, 0.0),
        ("%", SHARE): (0.01, 0.0),
        ("C62", SHARE): _SAME,
        ("C62", "%"): (100.0, 0.0),
        ("1", "%"): (100.0, 0.0),
        ("LUX", "lx"): _SAME,
        ("WTT", "W"): _SAME,
        ("KWT", "W"): (1000.0, 0.0),
        ("kW", "W"): (1000.0, 0.0),
        ("KWH", "kW.h"): _SAME,
        ("WHR", "kW.h"): (0.001, 0.0),
        ("MTQ", "m3"): _SAME,
        ("LTR", "m3"): (0.001, 0.0),
        ("L", "m3"): (0.001, 0.0),
        ("E32", "L/h"): _SAME,
        ("L2", "L/h"): (60.0, 0.0),
        ("MQH", "L/h"): (1000.0, 0.0),
        ("m3/h", "L/h"): (1000.0, 0.0),
        ("59", "[ppm]"): _SAME,
        ("DD", "deg"): _SAME,
        ("C81", "deg"): (57.29577951308232, 0.0),
        ("MMT", "mm"): _SAME,
        ("CMT", "mm"): (10.0, 0.0),
        ("C16", "mm/s"): _SAME,
        ("MTR", "m"): _SAME,
        ("CMT", "m"): (0.01, 0.0),
        ("MMT", "m"): (0.001, 0.0),
        ("MTS", "m/s"): _SAME,
        ("KMH", "m/s"): (1 / 3.6, 0.0),
        ("km/h", "m/s"): (1 / 3.6, 0.0),
    }
)


def converted(value: float, said: str, unit: str) -> float | None:
    """A value in the `said` unit as one in our `unit` (UCUM); None where that cannot be, or nobody said a unit.

    What has no unit (a share, a count) needs none said.
    """
    if said == unit or (not said and unit == SHARE):
        return value
    found = _INTO.get((said, unit))
    return None if found is None else value * found[0] + found[1]


def is_code(code: str, unit: str) -> bool:
    """Whether what we measure in `unit` (UCUM) can be said in this code (UN/CEFACT; some of UCUM)."""
    return (code, unit) in _INTO


def said_in(value: float, code: str, unit: str) -> float:
    """A value in our `unit` as one in `code`, which `is_code` allowed: what `converted` brings back."""
    factor, offset = _INTO[code, unit]
    return (value - offset) / factor
