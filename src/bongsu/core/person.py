"""The people who use the platform: their role, their agency, and the session they sit in."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

import msgspec

USER_NAME = re.compile(r"[\w.@-]{2,40}")
RESERVED_NAMES = frozenset({"bongsu", "system", "settings", "video", "machine", "unknown", "anonymous"})
"""Who these are on the ledger and beside a change is settled already."""


class Role(StrEnum):
    """What somebody's work is; what it allows is written in access/policy.cedar alone."""

    OPERATOR = "operator"
    AGENCY = "agency"
    AUDITOR = "auditor"
    ADMIN = "admin"


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who can sign in; `agency` is "" for the city's own staff, `password` an argon2 hash or "".

    Who is suspended stays known, and is let in no more.
    """

    id: str
    name: str
    role: Role
    agency: str = ""
    password: str = ""
    suspended: bool = False


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in user on one device, until `until` or sign-out."""

    id: str
    user: str
    name: str
    role: Role
    agency: str
    origin: str
    since: datetime
    until: datetime
