"""A procedure goes with its case: it begins, its steps open, are done, missed or passed over, and it ends."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from bongsu.core.command import Close, Merge, Overdue, Split, Tick
from bongsu.core.entry import Entry
from bongsu.core.errors import Conflict, Invalid, NotFound
from bongsu.core.incident import Priority, What
from bongsu.core.procedure import Actor, Deed, Outcome, StepState
from bongsu.core.report import Status
from bongsu.core.request import Ask
from bongsu.core.revision import RecordKind
from bongsu.desk.board import Board
from bongsu.flow import Flow
from fakes.desk import Clock, FakeJournal, FlatCity, a_report
from fakes.procedures import ROBBERY, a_board, a_notice, a_procedure, a_revision, a_step, fold

ONE = "I-20261122-00001"


def a_flow(board: Board | None = None):
    clock, journal = Clock(), FakeJournal()
    flow = Flow(
        board=a_board() if board is None else board, city=FlatCity(), services={}, append=journal.append,
        find_ack=journal.find_ack, tell=lambda _: None, now=clock,
    )  # fmt: skip
    journal.entries.extend([None] * flow.board.seq)
    return flow, clock, journal


def states(flow, incident=ONE):
    return {step.id: step.state.value for step in flow.board.runs[incident].steps}


async def tick(flow, step, outcome="done", note="", by="kim"):
    return await flow.order(Tick(incident=ONE, step=step, outcome=Outcome(outcome), by=by, note=note))


async def test_a_case_begins_its_procedure_in_the_entry_that_opens_it():
    flow, _, journal = a_flow()
    await flow.take(a_report())
    entry = journal.entries[-1].entry
    assert [(run.incident, run.procedure, run.version) for run in entry.runs] == [(ONE, "robbery", 1)]
    assert states(flow) == {
        "tell": "done", "look": "open", "seen": "waiting", "guide": "waiting", "widen": "waiting", "keep": "waiting",
    }  # fmt: skip
    (notice,) = entry.requests
    assert (notice.agency, notice.ask, notice.text) == ("police112", Ask.NOTIFY, "tell 한다")
    assert notice.incident.status is Status.EXERCISE


async def test_a_test_message_and_a_kind_of_no_procedure_begin_nothing():
    flow, _, journal = a_flow()
    await flow.take(a_report(status=Status.TEST))
    await flow.take(a_report(occurrence="O2", kind="theft", key="K2"))
    assert flow.board.runs == {}
    assert all(not recorded.entry.requests for recorded in journal.entries[1:])


async def test_answers_open_one_branch_pass_over_the_other_and_the_run_ends_with_its_last_step():
    flow, *_ = a_flow()
    await flow.take(a_report())
    await tick(flow, "look")
    await tick(flow, "seen", "yes")
    assert states(flow) | {"guide": "open", "widen": "passed", "keep": "open"} == states(flow)
    entry = await tick(flow, "guide")
    assert (entry.changes[0].what, entry.changes[0].step) == (What.STEPPED, "guide")
    assert not flow.board.runs[ONE].over
    await tick(flow, "keep", "skipped", note="녹화할 것이 없음")
    run = flow.board.runs[ONE]
    assert run.over
    assert (run.steps[-1].by, run.steps[-1].note, run.steps[-1].outcome) == ("kim", "녹화할 것이 없음", "skipped")


async def test_what_waits_for_a_passed_step_is_passed_too_however_far():
    far = a_procedure(
        a_step("seen", question=True), a_step("a", ("seen", "no")), a_notice("b", "a"), a_step("c", "b"), a_step("d")
    )
    flow, _, journal = a_flow(a_board(far=far))
    await flow.take(a_report())
    await tick(flow, "seen", "yes")
    assert states(flow) == {"seen": "done", "a": "passed", "b": "passed", "c": "passed", "d": "open"}
    assert journal.entries[-1].entry.requests == ()


async def test_two_operators_cannot_both_do_a_step():
    flow, *_ = a_flow()
    await flow.take(a_report())
    await tick(flow, "look")
    with pytest.raises(Conflict, match=r"procedure\.not_open"):
        await tick(flow, "look", by="lee")


@pytest.mark.parametrize(
    ("step", "outcome", "note", "error", "code"),
    [
        ("seen", "yes", "", Conflict, "procedure.not_open"),
        ("tell", "done", "", Conflict, "procedure.not_open"),
        ("look", "yes", "", Invalid, "procedure.outcome"),
        ("seen", "done", "", Invalid, "procedure.outcome"),
        ("seen", "skipped", "왜냐하면", Invalid, "procedure.outcome"),
        ("look", "skipped", "  ", Invalid, "procedure.note"),
        ("fly", "done", "", NotFound, "procedure.step_unknown"),
    ],
)
async def test_a_tick_that_does_not_fit_changes_nothing(step, outcome, note, error, code):
    flow, _, journal = a_flow()
    await flow.take(a_report())
    before = len(journal.entries)
    with pytest.raises(error) as raised:
        await tick(flow, step, outcome, note)
    assert raised.value.code == code
    assert len(journal.entries) == before


async def test_a_case_without_a_procedure_and_a_case_that_is_over_take_no_ticks():
    flow, *_ = a_flow(Board())
    await flow.take(a_report())
    with pytest.raises(NotFound, match=r"procedure\.none"):
        await tick(flow, "look")
    flow, *_ = a_flow()
    await flow.take(a_report())
    await flow.order(Close(incident=ONE, by="kim"))
    with pytest.raises(Conflict, match=r"incident\.over"):
        await tick(flow, "look")


@pytest.mark.parametrize("step", ["50", "90", "91"])
async def test_a_run_is_over_with_its_case(step):
    flow, *_ = a_flow()
    await flow.take(a_report())
    await flow.take(a_report(step))
    assert flow.board.runs[ONE].over
    assert states(flow)["look"] == "open", "what was never done is not said to be"


async def test_a_missed_deadline_makes_the_case_urgent_tells_the_agency_and_the_step_is_still_to_be_done():
    flow, _, journal = a_flow()
    await flow.take(a_report())
    await flow.order(Overdue(incident=ONE, step="look"))
    entry = journal.entries[-1].entry
    assert entry.changes[0].incident.priority is Priority.URGENT
    assert (entry.changes[0].what, entry.changes[0].step, entry.changes[0].by) == (What.OVERDUE, "look", "system")
    (notice,) = entry.requests
    assert (notice.agency, notice.text) == ("police112", "[기한 초과] look 한다")
    with pytest.raises(Conflict):
        await flow.order(Overdue(incident=ONE, step="look"))
    await tick(flow, "look")
    assert states(flow)["look"] == "done"
    assert journal.entries[-1].entry.requests == (), "a notice goes out once"


async def test_a_step_without_a_deadline_is_never_overdue():
    flow, *_ = a_flow()
    await flow.take(a_report())
    await tick(flow, "look")
    with pytest.raises(Conflict, match=r"procedure\.not_open"):
        await flow.order(Overdue(incident=ONE, step="seen"))


async def test_an_automatic_step_raises_the_priority_in_the_entry_it_is_done_in():
    urgent = a_procedure(
        a_step("seen", question=True), a_step("up", ("seen", "yes"), actor=Actor.AUTOMATIC, deed=Deed.PRIORITISE)
    )
    flow, *_ = a_flow(a_board(urgent=urgent))
    await flow.take(a_report())
    assert flow.board.incidents[ONE].priority is Priority.NORMAL
    await tick(flow, "seen", "yes")
    assert flow.board.incidents[ONE].priority is Priority.URGENT
    assert flow.board.runs[ONE].over


async def test_a_run_goes_on_under_the_version_it_began_with():
    flow, *_ = a_flow()
    await flow.take(a_report())
    fold(flow.board, a_revision(RecordKind.PROCEDURE, "robbery", a_procedure(a_step("call")), version=2))
    await tick(flow, "look")
    await flow.take(a_report(occurrence="O2", key="K2", where=None))
    assert states(flow)["seen"] == "open"
    other = flow.board.runs["I-20261122-00002"]
    assert (other.version, [step.id for step in other.steps]) == (2, ["call"])


async def test_a_service_s_own_procedure_goes_first_then_the_one_that_lists_fewer_kinds():
    general, wide = a_procedure(a_step("g")), a_procedure(a_step("w"), kinds=("robbery", "fire"))
    own = a_procedure(a_step("o"), service="police_video")
    idle = a_procedure(a_step("i"), service="fire_dispatch")
    for given, expected in [
        ({"b": general, "a": wide, "i": idle}, "b"),
        ({"z": own, "a": general, "i": idle}, "z"),
        ({"b": general, "a": general}, "a"),
    ]:
        flow, *_ = a_flow(a_board(**given))
        await flow.take(a_report())
        assert flow.board.runs[ONE].procedure == expected


async def test_a_case_whose_kind_changes_begins_the_right_procedure_and_keeps_a_fitting_one():
    fire = a_procedure(a_step("water"), kinds=("fire",))
    flow, *_ = a_flow(a_board(robbery=ROBBERY, fire=fire))
    await flow.take(a_report())
    await tick(flow, "look")
    await flow.take(a_report("40", text="연기", kind="theft"))
    assert flow.board.runs[ONE].procedure == "robbery", "no other is right, so the one at hand goes on"
    await flow.take(a_report("40", text="불", kind="fire"))
    assert (flow.board.runs[ONE].procedure, states(flow)) == ("fire", {"water": "open"})


async def test_a_case_of_unknown_kind_begins_its_procedure_when_the_kind_is_known():
    flow, *_ = a_flow()
    await flow.take(a_report(kind="unknown"))
    assert flow.board.runs == {}
    await flow.take(a_report("40", text="강도였다"))
    assert flow.board.runs[ONE].procedure == "robbery"


async def test_a_merged_case_ends_its_run_and_a_case_split_off_begins_its_own():
    flow, _, journal = a_flow()
    await flow.take(a_report())
    await flow.take(a_report(occurrence="O2", key="K2", where=None))
    two, three = "I-20261122-00002", "I-20261122-00003"
    await tick(flow, "look")
    await flow.order(Merge(incident=two, into=ONE, by="kim", note="같은 사건"))
    assert flow.board.runs[two].over
    assert states(flow)["seen"] == "open", "the case that goes on keeps its run"
    assert journal.entries[-1].entry.requests == ()
    await flow.order(Split(incident=ONE, sender="POLICE112", occurrence="O2", by="kim", note="다른 사건"))
    assert states(flow, three)["look"] == "open"
    assert states(flow)["seen"] == "open"
    (notice,) = journal.entries[-1].entry.requests
    assert (notice.incident.id, notice.text) == (three, "tell 한다")


async def test_a_moved_case_keeps_its_run_and_sends_no_notice_again():
    flow, _, journal = a_flow()
    await flow.take(a_report())
    before = flow.board.runs[ONE]
    where = a_report().where
    await flow.take(a_report("40", text="옮김", where=replace(where, lon=where.lon + 0.001)))
    assert journal.entries[-1].entry.changes[0].what is What.MOVED
    assert (flow.board.runs[ONE], journal.entries[-1].entry.requests) == (before, ())


async def test_the_fold_of_what_was_stored_is_the_live_board_and_asks_no_procedure_again():
    flow, clock, journal = a_flow()
    await flow.take(a_report())
    clock.forward(61)
    await flow.order(Overdue(incident=ONE, step="look"))
    await tick(flow, "look")
    await tick(flow, "seen", "no")
    again = a_board()
    for recorded in journal.entries[1:]:
        stored = msgspec.msgpack.decode(msgspec.msgpack.encode(recorded.entry), type=Entry)
        again.apply(replace(recorded, entry=stored))
    assert again.digest() == flow.board.digest()
    assert again.runs[ONE].steps[4].state is StepState.OPEN
