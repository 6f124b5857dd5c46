"""Whatever operators, clocks and kills do in whatever order, every run stays true to its procedure and its journal."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from bongsu.core.command import Close, Tick
from bongsu.core.entry import Entry
from bongsu.core.errors import Conflict, Invalid
from bongsu.core.incident import What
from bongsu.core.procedure import Outcome, StepState
from fakes.desk import a_report
from fakes.life import Life, now
from fakes.procedures import ROBBERY, a_board, a_procedure, a_step

FIRE = a_procedure(
    a_step("a", within_s=20.0, escalate="fire119"),
    a_step("b", question=True, within_s=50.0),
    a_step("c", "a", ("b", "yes"), within_s=5.0),
    a_step("d", "c"),
    kinds=("fire",),
)


class Lives(RuleBasedStateMachine):
    """Cases come, steps are ticked or missed, clocks jump, the core is killed."""

    cases = Bundle("cases")

    def __init__(self) -> None:
        super().__init__()
        board = a_board(robbery=ROBBERY, fire=FIRE)
        self.life = Life(Entry(revisions=tuple(board.records.values())))
        self.count = 0
        self.opened_s: dict[tuple[str, str], float] = {}

    @rule(target=cases, kind=st.sampled_from(["robbery", "fire", "theft"]))
    def come(self, kind):
        self.count += 1
        ack = now(self.life.flow.take(a_report(occurrence=f"O{self.count}", kind=kind, where=None)))
        return ack.incident

    @rule(
        case=cases,
        step=st.sampled_from(["look", "seen", "guide", "widen", "keep", "a", "b", "c", "d"]),
        outcome=st.sampled_from(Outcome),
    )
    def tick(self, case, step, outcome):
        run = self.life.board.runs.get(case)
        stood = next((one for one in run.steps if one.id == step), None) if run else None
        if stood is None:
            return
        try:
            now(self.life.flow.order(Tick(incident=case, step=step, outcome=outcome, by="kim", note="메모")))
        except (Conflict, Invalid):
            return
        assert stood.state in (StepState.OPEN, StepState.OVERDUE)

    @rule(target=cases, case=consumes(cases))
    def close(self, case):
        now(self.life.flow.order(Close(incident=case, by="kim")))
        return multiple()

    @rule(seconds=st.sampled_from([0.5, 6.0, 25.0, 61.0]))
    def pass_time(self, seconds):
        self.life.forward(seconds)
        self.life.tick()
        for incident, run in self.life.board.runs.items():
            for stood in run.steps:
                if stood.state is StepState.OPEN and stood.due_at is not None and not run.over:
                    within_s = (stood.due_at - stood.opened_at).total_seconds()
                    assert self.life.mono_s - self.opened_s[incident, stood.id] < within_s + 1e-6

    @rule(seconds=st.sampled_from([-3_600.0, -1.0, 1.0, 3_600.0]))
    def set_the_wall_clock(self, seconds):
        before = len(self.life.entries)
        self.life.wall.forward(seconds)
        self.life.tick()
        assert len(self.life.entries) == before, "a wall clock that jumps fires nothing"

    @rule()
    def kill(self):
        alive = self.life.board.digest()
        self.life.begin()
        assert self.life.board.digest() == alive
        self.opened_s = {}
        for incident, run in self.life.board.runs.items():
            for stood in run.steps:
                if stood.opened_at is not None:
                    ago_s = (self.life.wall() - stood.opened_at).total_seconds()
                    self.opened_s[incident, stood.id] = self.life.mono_s - ago_s
        self.life.tick()

    @invariant()
    def runs_are_true(self):
        for incident, run in self.life.board.runs.items():
            ended = all(one.state in (StepState.DONE, StepState.PASSED) for one in run.steps)
            assert run.over == (ended or self.life.board.incidents[incident].is_over)
            assert not run.over or ended or self.life.board.incidents[incident].is_over
            for one in run.steps:
                if one.state in (StepState.OPEN, StepState.OVERDUE):
                    self.opened_s.setdefault((incident, one.id), self.life.mono_s)

    @invariant()
    def nothing_is_missed_twice_and_no_notice_has_anothers_key(self):
        changes = [change for one in self.life.entries for change in one.entry.changes if change.what is What.OVERDUE]
        missed = [(change.incident.id, change.step) for change in changes]
        assert len(missed) == len(set(missed))
        keys = [request.key for one in self.life.entries for request in one.entry.requests]
        assert len(keys) == len(set(keys))


Lives.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestLives = Lives.TestCase
