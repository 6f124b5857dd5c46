"""One commit: the change, its grants and requests, and the ledger rows that speak of them."""

from __future__ import annotations

import msgspec

from bongsu.core.grant import Grant
from bongsu.core.incident import Change
from bongsu.core.ledger import LedgerRow
from bongsu.core.request import Request

SCHEMA = 1
"""The schema number of stored entries; old numbers are read through upcasters."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """All that one change brought about, stored and folded as a whole."""

    change: Change
    grants: tuple[Grant, ...] = ()
    requests: tuple[Request, ...] = ()
    rows: tuple[LedgerRow, ...] = ()


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """An entry with its place in the journal."""

    seq: int
    entry: Entry
