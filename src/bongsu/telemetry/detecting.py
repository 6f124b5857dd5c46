"""The rules in force and what they remember: each batch goes through all of them, and none can stop another."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

import msgspec
import numpy as np
import structlog
from numpy.typing import NDArray
from shapely.errors import ShapelyError

from bongsu.core.asset import Line
from bongsu.core.columns import Telemetry
from bongsu.core.detection import Detection, Phase
from bongsu.core.register import Register
from bongsu.core.rule import Rule
from bongsu.rules.batch import Sorted
from bongsu.rules.dangers import DANGERS, in_force, state_for
from bongsu.rules.finding import counts
from bongsu.rules.scope import InForce
from bongsu.rules.state import Moves, State

FAULTS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError, ShapelyError)
"""What a rule that is wrong, or meets what nobody thought of, raises."""

log = structlog.get_logger()


class RuleFigures(msgspec.Struct):
    """What became of one rule since the process began; `fault` is the last fault's class."""

    detections: int = 0
    faults: int = 0
    fault: str = ""
    busy_s: float = 0.0


class Finding(NamedTuple):
    """What a batch held, and what the rules will remember of it once that is kept."""

    detections: tuple[Detection, ...]
    moves: Mapping[str, tuple[int, Moves]]
    ended: frozenset[str] = frozenset()


class Detecting:
    """Runs every rule on every batch, in order: `detect`, keep what it found, `keep`, and only then the next one."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._printed: NDArray[np.int64] | None = None
        self._rules: dict[str, InForce[Any]] = {}
        self._states: dict[str, State] = {}
        self._leaving: dict[str, tuple[Detection, ...]] = {}
        self.figures: dict[str, RuleFigures] = {}

    def prepare(self, rules: Mapping[str, Rule], zones: Mapping[str, Line]) -> dict[str, InForce[Any]]:
        """These rules ready to be used, without those that are off or at fault; a large area takes seconds."""
        ready = {}
        for name, rule in rules.items():
            if rule.enabled:
                try:
                    ready[name] = in_force(name, rule, zones, self._rules.get(name))
                except FAULTS as problem:
                    self._fault(name, problem)
        return ready

    def use(self, ready: Mapping[str, InForce[Any]], now_ms: int) -> None:
        """These rules hold from now on; the dangers of those that hold no more end with the next batch."""
        for name in list(self._states):
            new = ready.get(name)
            if new is None or type(new.terms) is not type(self._rules.get(name, new).terms):
                self._leave(name, now_ms)
        # Of a million devices each rule's memory takes a twentieth of a second to lay out: only what is new is.
        laid_out = {name for name, rule in self._rules.items() if name in self._states and ready.get(name) is rule}
        self._rules = dict(ready)
        self._fit({name: rule for name, rule in ready.items() if name not in laid_out})

    def register(self, register: Register, printed: NDArray[np.int64] | None = None) -> None:
        """These devices are registered from now on; `printed` is the register's `print_of`, where that is known."""
        self._register, self._printed = register, printed
        self._fit(self._rules)

    def detect(self, telemetry: Telemetry) -> Finding:
        """What the rules find in one batch; nothing is remembered of it before `keep`."""
        batch = Sorted(telemetry, self._register)
        found: list[Detection] = [one for leaving in self._leaving.values() for one in leaving]
        moves: dict[str, tuple[int, Moves]] = {}
        for name, rule in self._rules.items():
            if (state := self._states.get(name)) is None:
                continue
            began = time.perf_counter()
            try:
                detections, changed = DANGERS[type(rule.terms)].detect(batch, self._register, rule, state)
            except FAULTS as problem:
                self._fault(name, problem)
                continue
            self._figures(name).busy_s += time.perf_counter() - began
            found.extend(detections)
            moves[name] = rule.mark, changed
        return Finding(tuple(found), moves, frozenset(self._leaving))

    def keep(self, finding: Finding) -> None:
        """The detections are kept: remember what the batch changed."""
        for name, (mark, moves) in finding.moves.items():
            rule = self._rules.get(name)
            if rule is not None and rule.mark == mark and name in self._states:
                self._states[name].advance(moves)
        for name in finding.ended:
            self._leaving.pop(name, None)
        for detection in finding.detections:
            self._figures(detection.rule).detections += 1

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Copies of all states, "<rule>/<table>.<column>", and what the register must be to make sense of them."""
        return dict(self.copying())

    def copying(self) -> Iterator[tuple[str, NDArray[Any]]]:
        """The same a column at a time: between two a batch may be taken in, but never between those of one rule.

        What a rule heard meanwhile it is told again after a restart.
        """
        yield "register", self._print()
        for name, state in list(self._states.items()):
            columns = [(f"{name}/{column}", values.copy()) for column, values in state.columns().items()]
            yield from columns

    def restore(self, columns: Mapping[str, NDArray[Any]]) -> bool:
        """Take a snapshot's states up again; False where it speaks of another register, and nothing is taken."""
        known = columns["register"].tolist()
        if not np.array_equal(_print(self._register, *known[:3]), columns["register"]):
            log.warning("rules.forgotten", count=len(columns))
            return False
        by_rule: dict[str, dict[str, NDArray[Any]]] = {}
        for key, values in columns.items():
            name, _, column = key.partition("/")
            if column:
                by_rule.setdefault(name, {})[column] = values
        self._states = {name: State.of(held) for name, held in by_rule.items()}
        self._fit(self._rules)
        return True

    def _print(self) -> NDArray[np.int64]:
        """The register in a few numbers, made once for each."""
        if self._printed is None:
            self._printed = print_of(self._register)
        return self._printed

    def _fit(self, rules: Mapping[str, InForce[Any]]) -> None:
        for name, rule in rules.items():
            try:
                self._states[name] = state_for(rule, self._register, self._states.get(name))
            except FAULTS as problem:
                self._states.pop(name, None)
                self._fault(name, problem)

    def _leave(self, name: str, now_ms: int) -> None:
        """Forget a rule; every danger it told of is over."""
        state, rule = self._states.pop(name), self._rules.get(name)
        self._leaving[name] = tuple(_over(name, None if rule is None else rule.rule, state, now_ms))

    def _fault(self, name: str, problem: Exception) -> None:
        figures = self._figures(name)
        figures.faults += 1
        figures.fault = type(problem).__name__
        log.error("rule.fault", record=name, problem=figures.fault, count=figures.faults)

    def _figures(self, name: str) -> RuleFigures:
        return self.figures.setdefault(name, RuleFigures())


def _over(name: str, rule: Rule | None, state: State, now_ms: int) -> Iterable[Detection]:
    """The ends of what was told; of a rule nobody knows any more (None), as notices."""
    for site, spell in state.spells.items():
        if spell.devices and (rule is None or counts(rule, spell.began_ms)):
            yield Detection(
                rule=name,
                site=site,
                device="",
                kind="" if rule is None else rule.kind,
                phase=Phase.OVER,
                began_ms=spell.began_ms,
                at_ms=now_ms,
                cause="released",
            )


def print_of(register: Register) -> NDArray[np.int64]:
    """A register in a few numbers; of a million devices that takes half a second."""
    return _print(register, len(register.devices), len(register.stream_device), len(register.sites))


def _print(register: Register, devices: int, streams: int, sites: int) -> NDArray[np.int64]:
    """The first rows of a register in a few numbers: rows are for good, so a longer one begins alike."""
    names = "\n".join(islice(register.device_row, devices))
    owners = register.stream_device[:streams].tobytes() + register.stream_property[:streams].tobytes()
    sums = [zlib.crc32(names.encode()), zlib.crc32(owners), zlib.crc32("\n".join(register.sites[:sites]).encode())]
    return np.array([devices, streams, sites, *sums], np.int64)
