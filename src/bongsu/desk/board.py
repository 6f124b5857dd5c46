"""The board: every incident and grant as it stands, a fold over the journal's entries and nothing else."""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from bongsu.core.clock import KST
from bongsu.core.entry import Recorded
from bongsu.core.export import Export, LegalHold
from bongsu.core.grant import Grant
from bongsu.core.incident import Incident
from bongsu.core.procedure import Procedure, Run
from bongsu.core.pursuit import FlightNote
from bongsu.core.revision import RecordKind, Revision
from bongsu.core.search import SearchNote
from bongsu.desk.nearby import Nearby

# msgpack writes every moment as UTC, so a time zone lost on the way through the store changes nothing.
_encode = msgspec.msgpack.Encoder(order="sorted").encode


class Board:
    """Incidents, grants, procedure runs, records, exports and legal holds; `seq` is the last entry folded in.

    `under` is the sequence of the newest revision of any record: the rules that hold now. `procedures` keeps every
    version, because a run goes on under the one it began with. `searches` are the notes of each search and `flights`
    those of each flight, oldest first; `nearby` are the open incidents by their place.
    """

    def __init__(self) -> None:
        self.seq = 0
        self.under = 0
        self.incidents: dict[str, Incident] = {}
        self.grants: dict[str, Grant] = {}
        self.running: dict[str, Grant] = {}
        self.runs: dict[str, Run] = {}
        self.records: dict[tuple[RecordKind, str], Revision] = {}
        self.procedures: dict[tuple[str, int], Procedure] = {}
        self.exports: dict[str, Export] = {}
        self.legal_holds: dict[str, LegalHold] = {}
        self.searches: dict[str, tuple[SearchNote, ...]] = {}
        self.flights: dict[str, tuple[FlightNote, ...]] = {}
        self.nearby = Nearby()
        self._cases: dict[tuple[str, str], str] = {}
        self._open: dict[str, Incident] = {}
        self._granted: dict[str, list[str]] = {}

    def apply(self, recorded: Recorded) -> None:
        """Make one stored entry true."""
        entry, self.seq = recorded.entry, recorded.seq
        for change in entry.changes:
            self._stand(change.incident)
        for grant in entry.grants:
            self._give(grant)
        for run in entry.runs:
            self.runs[run.incident] = run
        for revision in entry.revisions:
            self.records[(revision.kind, revision.id)] = revision
            self.under = recorded.seq
            if isinstance(revision.body, Procedure):
                self.procedures[(revision.id, revision.version)] = revision.body
        self.exports.update({export.id: export for export in entry.exports})
        self.legal_holds.update({hold.id: hold for hold in entry.legal_holds})
        for note in entry.searches:
            self.searches[note.incident] = (*self.searches.get(note.incident, ()), note)
        for said in entry.flights:
            self.flights[said.incident] = (*self.flights.get(said.incident, ()), said)

    def _stand(self, incident: Incident) -> None:
        self.incidents[incident.id] = incident
        if not incident.merged_into:
            self._cases[(incident.sender, incident.occurrence)] = incident.id
            self._cases.update({(case.sender, case.occurrence): incident.id for case in incident.also})
        if incident.is_over:
            self._open.pop(incident.id, None)
            self.nearby.drop(incident.id)
        else:
            self._open[incident.id] = incident
            self.nearby.put(incident)

    def _give(self, grant: Grant) -> None:
        if grant.id not in self.grants:
            self._granted.setdefault(grant.incident, []).append(grant.id)
        self.grants[grant.id] = grant
        if grant.ended:
            self.running.pop(grant.id, None)
        else:
            self.running[grant.id] = grant

    def find_case(self, sender: str, occurrence: str) -> Incident | None:
        """The incident a sender's case belongs to."""
        incident = self._cases.get((sender, occurrence))
        return self.incidents[incident] if incident is not None else None

    def next_id(self, now: datetime) -> str:
        """The name of the next new incident: its day in Korea and a number never used."""
        return f"I-{now.astimezone(KST):%Y%m%d}-{len(self.incidents) + 1:05d}"

    def list_open(self) -> tuple[Incident, ...]:
        """Incidents neither closed nor cancelled."""
        return tuple(self._open.values())

    def grants_of(self, incident: str) -> tuple[Grant, ...]:
        """Every grant ever given on an incident, each in its latest version."""
        return tuple(self.grants[grant] for grant in self._granted.get(incident, ()))

    def digest(self) -> str:
        """SHA-256 over the whole board, everything it keeps included: equal boards have equal digests."""
        state = hashlib.sha256(f"{self.seq} {self.under}".encode())
        for kept in (
            self.incidents,
            self.grants,
            self.runs,
            self.records,
            self.exports,
            self.legal_holds,
            self.searches,
            self.flights,
        ):
            for item in sorted(kept.items()):
                state.update(_encode(item))
        return state.hexdigest()
