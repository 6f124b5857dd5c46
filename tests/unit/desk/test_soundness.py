"""A procedure that is accepted ends whatever is answered; one that cannot is refused with the step at fault."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bongsu.core.errors import Invalid
from bongsu.core.procedure import Actor, After, Deed, Outcome, Procedure, Run, Step, StepRun, StepState
from bongsu.desk.procedure import TO_DO, outcomes_of, settle
from bongsu.desk.soundness import STEPS_AT_MOST, check_procedure
from fakes.desk import NOON
from fakes.procedures import ROBBERY, a_notice, a_procedure, a_step

NAMES = "abcdefgh"


def begun(procedure: Procedure) -> Run:
    run = Run(
        incident="I", procedure="p", version=1, begun_at=NOON, steps=tuple(StepRun(id=s.id) for s in procedure.steps)
    )
    return settle(procedure, run, NOON)


def answered(procedure: Procedure, run: Run, step: str, outcome: Outcome) -> Run:
    steps = tuple(replace(s, state=StepState.DONE, outcome=outcome) if s.id == step else s for s in run.steps)
    return settle(procedure, replace(run, steps=steps), NOON)


def graph(seed: int, most: int = 6, acyclic: bool = False) -> Procedure:
    """Any steps waiting for any others, in any order. (Drawn by Random: Hypothesis takes 40 ms for one graph.)"""
    chance = Random(seed)
    count = chance.randint(1, most)
    steps = []
    for at in range(count):
        among = range(at) if acyclic else range(count)
        before = chance.sample(among, min(len(among), chance.choice([0, 1, 1, 2, 3])))
        after = tuple(
            After(step=NAMES[one], outcomes=tuple(chance.sample(list(Outcome), chance.choice([0, 0, 1, 2]))))
            for one in before
        )
        made = chance.choice(["manual", "question", "question", "automatic"])
        fields = {"question": made == "question"}
        if made == "automatic":
            fields |= {"actor": Actor.AUTOMATIC, "deed": Deed.PRIORITISE}
        steps.append(Step(id=NAMES[at], title="한다", after=after, **fields))
    chance.shuffle(steps)
    return a_procedure(*steps)


SEEDS = st.integers(0, 2**32)


def fault(procedure: Procedure) -> Invalid | None:
    try:
        check_procedure(procedure)
    except Invalid as problem:
        return problem
    return None


@settings(max_examples=300)
@given(SEEDS, st.booleans())
def test_every_accepted_procedure_ends_under_every_sequence_of_answers(seed, acyclic):
    procedure, chance = graph(seed, acyclic=acyclic), Random(seed)
    if fault(procedure) is not None:
        return
    run = begun(procedure)
    for _ in procedure.steps:
        to_do = [s for s, stood in zip(procedure.steps, run.steps, strict=True) if stood.state in TO_DO]
        if not to_do:
            break
        step = chance.choice(to_do)
        run = answered(procedure, run, step.id, chance.choice(outcomes_of(step)))
    assert run.over


@settings(max_examples=200)
@given(SEEDS)
def test_a_step_is_refused_exactly_when_no_sequence_of_answers_opens_it(seed):
    procedure = graph(seed, most=5, acyclic=True)
    opened = set()
    for answers in product(*(outcomes_of(step) for step in procedure.steps)):
        run, given_ = begun(procedure), dict(zip((s.id for s in procedure.steps), answers, strict=True))
        while to_do := [stood.id for stood in run.steps if stood.state in TO_DO]:
            run = answered(procedure, run, to_do[0], given_[to_do[0]])
        opened |= {stood.id for stood in run.steps if stood.state is StepState.DONE}
    problem = fault(procedure)
    if problem is None:
        assert opened == {step.id for step in procedure.steps}
    else:
        assert problem.code == "procedure.never_opens"
        assert problem.facts["step"] not in opened


@settings(max_examples=200)
@given(SEEDS)
def test_a_circle_is_always_refused_with_a_step_of_it(seed):
    procedure, chance = graph(seed, acyclic=True), Random(seed)
    circle = chance.sample([s.id for s in procedure.steps], chance.randint(1, len(procedure.steps)))
    nexts = dict(zip(circle, circle[1:] + circle[:1], strict=True))
    steps = [replace(s, after=(*s.after, After(step=nexts[s.id]))) if s.id in nexts else s for s in procedure.steps]
    turned = replace(procedure, steps=tuple(steps))
    problem = fault(turned)
    assert problem is not None
    assert problem.code in ("procedure.never_ends", "procedure.never_opens")
    if problem.code == "procedure.never_ends":
        assert _waits_for_itself(turned, problem.facts["step"])


def _waits_for_itself(procedure: Procedure, step: str) -> bool:
    before = {s.id: [after.step for after in s.after] for s in procedure.steps}
    reached, edge = set(), list(before[step])
    while edge:
        one = edge.pop()
        if one not in reached:
            reached.add(one)
            edge += before[one]
    return step in reached


NEVER = a_procedure(
    a_step("seen", question=True), a_step("guide", ("seen", "yes")), a_step("both", "guide", ("seen", "no"))
)


@pytest.mark.parametrize(
    ("procedure", "code", "step"),
    [
        (a_procedure(), "procedure.empty", None),
        (a_procedure(a_step("a"), kinds=()), "procedure.empty", None),
        (a_procedure(a_step("a"), name=" "), "procedure.empty", None),
        (a_procedure(*(a_step(f"s{n}") for n in range(STEPS_AT_MOST + 1))), "procedure.long", f"s{STEPS_AT_MOST}"),
        (a_procedure(a_step("a"), a_step("a")), "procedure.twice", "a"),
        (a_procedure(a_step("a", "b")), "procedure.unknown_step", "a"),
        (a_procedure(a_step("../a")), "procedure.id", "../a"),
        (a_procedure(replace(a_step("a"), title=" ")), "procedure.title", "a"),
        (a_procedure(a_step("a", "a")), "procedure.never_ends", "a"),
        (a_procedure(a_step("z", "a"), a_step("a", "b"), a_step("b", "a")), "procedure.never_ends", "a"),
        (NEVER, "procedure.never_opens", "both"),
        (a_procedure(a_step("a"), a_step("b", ("a", "yes"))), "procedure.never_opens", "b"),
        (a_procedure(a_step("a", actor=Actor.AUTOMATIC)), "procedure.deed", "a"),
        (a_procedure(a_notice("a", agency=" ")), "procedure.agency", "a"),
        (a_procedure(replace(a_notice("a"), question=True)), "procedure.question", "a"),
        (a_procedure(replace(a_notice("a"), deed=Deed.PRIORITISE)), "procedure.agency", "a"),
        (a_procedure(replace(a_notice("a"), within_s=60.0)), "procedure.deadline", "a"),
        (a_procedure(a_step("a", deed=Deed.NOTIFY)), "procedure.by_hand", "a"),
        (a_procedure(a_step("a", within_s=0.0)), "procedure.deadline", "a"),
        (a_procedure(a_step("a", within_s=-1.0)), "procedure.deadline", "a"),
        (a_procedure(a_step("a", within_s=float("nan"))), "procedure.deadline", "a"),
        (a_procedure(a_step("a", within_s=float("inf"))), "procedure.deadline", "a"),
        (a_procedure(a_step("a", escalate="fire119")), "procedure.escalate", "a"),
    ],
)
def test_what_is_not_sound_is_refused_with_the_step(procedure, code, step):
    problem = fault(procedure)
    assert problem is not None
    assert (problem.code, problem.facts.get("step")) == (code, step)


def test_a_sound_one_is_accepted():
    check_procedure(ROBBERY)
    check_procedure(a_procedure(*(a_step(f"s{n}") for n in range(STEPS_AT_MOST))))
