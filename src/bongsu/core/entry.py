"""One commit: what the desk decided, the grants and requests that follow, and the ledger rows that speak of them."""

from __future__ import annotations

import msgspec

from bongsu.core.export import Export, LegalHold
from bongsu.core.grant import Grant
from bongsu.core.incident import Change
from bongsu.core.ledger import LedgerRow
from bongsu.core.procedure import Run
from bongsu.core.pursuit import FlightNote
from bongsu.core.request import Request
from bongsu.core.revision import Revision
from bongsu.core.search import SearchNote

SCHEMA = 2
"""The schema number of stored entries; old numbers are read through upcasters."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What a report or command comes to: steps of incidents (two when cases are merged or split), the procedure
    runs that moved with them, revisions of records, steps of exports and legal holds, or notes of a search or a
    flight. Never empty."""

    changes: tuple[Change, ...] = ()
    runs: tuple[Run, ...] = ()
    revisions: tuple[Revision, ...] = ()
    exports: tuple[Export, ...] = ()
    legal_holds: tuple[LegalHold, ...] = ()
    searches: tuple[SearchNote, ...] = ()
    flights: tuple[FlightNote, ...] = ()


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that one decision brought about, stored and folded as a whole."""

    changes: tuple[Change, ...] = ()
    runs: tuple[Run, ...] = ()
    revisions: tuple[Revision, ...] = ()
    grants: tuple[Grant, ...] = ()
    requests: tuple[Request, ...] = ()
    rows: tuple[LedgerRow, ...] = ()
    exports: tuple[Export, ...] = ()
    legal_holds: tuple[LegalHold, ...] = ()
    searches: tuple[SearchNote, ...] = ()
    flights: tuple[FlightNote, ...] = ()


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """An entry with its place in the journal."""

    seq: int
    entry: Entry
