"""Whatever is reported, merged and split, in whatever order: every case is in exactly one incident that goes on."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bongsu.core.command import Close, Command, Merge, Split
from bongsu.core.entry import Entry, Recorded
from bongsu.core.errors import BongsuError
from bongsu.core.geo import Plane
from bongsu.core.incident import Change, State
from bongsu.core.report import Status, Step
from bongsu.desk.board import Board
from bongsu.desk.hear import hear
from bongsu.desk.obey import obey
from fakes.desk import NOON, SQUARE, FlatCity, a_report

SENDERS = ("POLICE112", "FIRE119", "CCTV")
PLACES = st.tuples(st.integers(-60, 60), st.integers(-60, 60)) | st.none()


class Rearranging(RuleBasedStateMachine):
    """Reports and orders against a live board, its journal beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.board, self.journal = Board(), list[Recorded]()
        self.told: set[tuple[str, str]] = set()
        self.now = NOON

    def record(self, changes: tuple[Change, ...]) -> None:
        recorded = Recorded(seq=self.board.seq + 1, entry=Entry(changes=changes))
        for change in changes:
            before = self.board.incidents.get(change.incident.id)
            earlier = [one for one in changes if one.incident.id == change.incident.id and one is not change]
            known = (before.version if before is not None else 0) + (1 if earlier and change is changes[1] else 0)
            assert change.incident.version == known + 1
        self.journal.append(recorded)
        self.board.apply(recorded)

    def order(self, command: Command) -> None:
        try:
            self.record(obey(self.board, command, self.now).changes)
        except BongsuError:
            return

    @rule(
        sender=st.sampled_from(SENDERS),
        number=st.integers(1, 4),
        step=st.sampled_from([Step.OCCURRED, Step.OCCURRED, Step.CHANGED, Step.ENDED, Step.CANCELLED]),
        place=PLACES,
        kind=st.sampled_from(["fire", "fire", "fire", "robbery", "unknown"]),
        accuracy_m=st.sampled_from([None, 10.0, 30.0]),
        status=st.sampled_from([Status.EXERCISE, Status.EXERCISE, Status.ACTUAL]),
        after_s=st.integers(0, 60),
    )
    def report(self, sender, number, step, place, kind, accuracy_m, status, after_s):
        self.now += timedelta(seconds=after_s)
        where = Plane(SQUARE).to_point(*map(float, place)) if place is not None else None
        told = a_report(
            step.value, sender=sender, occurrence=f"{status.value}-{number}", where=where, kind=kind, status=status,
            accuracy_m=accuracy_m, occurred_at=self.now, received_at=self.now,
        )  # fmt: skip
        self.record(hear(self.board, told, FlatCity(), self.now).changes)
        self.told.add((sender, told.occurrence))

    @precondition(lambda self: len(self.board.list_open()) > 1)
    @rule(data=st.data())
    def merge(self, data):
        names = sorted(self.board.incidents)
        gone, into = data.draw(st.sampled_from(names)), data.draw(st.sampled_from(names))
        self.order(Merge(incident=gone, into=into, by="kim"))

    @precondition(lambda self: any(one.also for one in self.board.list_open()))
    @rule(data=st.data())
    def split(self, data):
        joined = [(one.id, case) for one in self.board.list_open() for case in one.also]
        incident, case = data.draw(st.sampled_from(sorted(joined, key=lambda one: one[1].sender + one[1].occurrence)))
        self.order(Split(incident=incident, sender=case.sender, occurrence=case.occurrence, by="kim"))
        apart = self.board.find_case(case.sender, case.occurrence)
        assert apart is not None
        assert apart.id != incident

    @precondition(lambda self: self.board.list_open())
    @rule(data=st.data())
    def close(self, data):
        incident = data.draw(st.sampled_from(sorted(one.id for one in self.board.list_open())))
        self.order(Close(incident=incident, by="kim"))

    @invariant()
    def every_case_is_in_exactly_one_incident(self):
        counted = Counter(
            (case.sender, case.occurrence)
            for incident in self.board.incidents.values()
            if not incident.merged_into
            for case in incident.cases
        )
        assert counted == Counter(self.told)
        for name in self.told:
            found = self.board.find_case(*name)
            assert found is not None
            assert name in {(case.sender, case.occurrence) for case in found.cases}
            assert found.status.value == name[1].partition("-")[0]

    @invariant()
    def every_chain_of_merges_ends_at_one_that_was_not_merged(self):
        for incident in self.board.incidents.values():
            seen = set()
            while incident.merged_into:
                assert incident.state is State.MERGED
                assert incident.id not in seen
                seen.add(incident.id)
                incident = self.board.incidents[incident.merged_into]

    @invariant()
    def the_journal_alone_makes_the_same_board(self):
        again = Board()
        for recorded in self.journal:
            again.apply(recorded)
        assert again.digest() == self.board.digest()
        near = [
            {one.id for kind in board.nearby.kinds for one, _ in board.nearby.around(SQUARE, kind, 1_000.0)}
            for board in (again, self.board)
        ]
        assert near[0] == near[1] == {one.id for one in self.board.list_open() if one.where is not None}


TestRearranging = Rearranging.TestCase
TestRearranging.settings = settings(max_examples=15, stateful_step_count=20)
