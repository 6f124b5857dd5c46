"""An order: an operator's, or the system's own (a grant's time is up)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec


class Accept(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An operator takes a case on."""

    what: ClassVar[str] = "accept"
    incident: str
    by: str
    version: int | None = None


class Close(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An operator closes a case; every grant on it ends with it."""

    what: ClassVar[str] = "close"
    incident: str
    by: str
    note: str = ""
    version: int | None = None


class Extend(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An operator or the agency itself asks for more time on a grant."""

    what: ClassVar[str] = "extend"
    grant: str
    by: str
    for_s: float


class Lapse(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The clock says a grant's time is up."""

    what: ClassVar[str] = "lapse"
    grant: str
    by: str = "system"
    at: datetime | None = None


Command = Accept | Close | Extend | Lapse
