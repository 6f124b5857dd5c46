"""All rules on every batch: none stops another, nothing is forgotten or told twice through keeping and restarting."""

from __future__ import annotations

from structlog.testing import capture_logs

from bongsu.core.register import register_of
from bongsu.core.rule import Geofence, Threshold
from bongsu.rules import dangers
from bongsu.telemetry import detecting as detecting_module
from bongsu.telemetry.detecting import Detecting
from bongsu.telemetry.snapshot import read_rules, write_rules
from fakes.telemetry_batches import T0, a_device, a_rule, nothing, short, told

DEVICES = [a_device("H", "temperature", "battery", site="집-1")]
HOT = a_rule(Threshold(property="temperature", above=60.0))
LOW = a_rule(Threshold(property="battery", below=0.2), kind="")


def at_work(register=None, **rules):
    detecting = Detecting(register or register_of(DEVICES))
    detecting.use(detecting.prepare(rules, {}), T0)
    return detecting


def hot(detecting, at_s=0, result=70.0):
    return told(register_of(DEVICES), ("H", "temperature", result, T0 + at_s * 1000))


def test_a_batch_goes_through_all_rules_and_is_remembered_once_it_is_kept():
    detecting = at_work(hot=HOT, low=LOW)
    batch = told(register_of(DEVICES), ("H", "temperature", 70.0, T0), ("H", "battery", 0.1, T0))
    finding = detecting.detect(batch)
    assert sorted(d.rule for d in finding.detections) == ["hot", "low"]
    assert detecting.detect(batch).detections == finding.detections
    detecting.keep(finding)
    assert detecting.detect(batch).detections == ()
    assert detecting.figures["hot"].detections == 1


def test_a_rule_that_is_off_finds_nothing():
    off = a_rule(Threshold(property="temperature", above=60.0), enabled=False)
    assert at_work(hot=off).detect(hot(None)).detections == ()


def test_a_rule_at_fault_is_counted_and_named_and_stops_no_other(monkeypatch):
    def broken(*_):
        raise ValueError("what nobody thought of")

    detecting = at_work(
        bad=a_rule(Geofence(exit=True, rings=(((127.0, 37.5), (127.1, 37.5), (127.1, 37.6), (127.0, 37.5)),))), hot=HOT
    )
    monkeypatch.setitem(dangers.DANGERS, Geofence, dangers.DANGERS[Geofence]._replace(detect=broken))
    with capture_logs() as logs:
        finding = detecting.detect(hot(detecting))
    assert [d.rule for d in finding.detections] == ["hot"]
    assert (detecting.figures["bad"].faults, detecting.figures["bad"].fault) == (1, "ValueError")
    assert [(line["event"], line["record"]) for line in logs] == [("rule.fault", "bad")]


def test_a_fence_whose_zone_is_gone_is_a_fault_and_no_other_area():
    detecting = at_work(stray=a_rule(Geofence(zones=("gone",), exit=True)), hot=HOT)
    assert detecting.figures["stray"].faults == 1
    assert [d.rule for d in detecting.detect(hot(detecting)).detections] == ["hot"]


def test_the_dangers_of_a_rule_that_goes_are_over_and_told_until_that_is_kept():
    detecting = at_work(hot=HOT)
    detecting.keep(detecting.detect(hot(detecting)))
    detecting.use(detecting.prepare({}, {}), T0 + 9000)
    first = detecting.detect(nothing(T0 + 10_000))
    assert short(first.detections) == [("집-1", "over", 0, 9)]
    assert detecting.detect(nothing(T0 + 11_000)).detections == first.detections
    detecting.keep(first)
    assert detecting.detect(nothing(T0 + 12_000)).detections == ()


def test_changed_terms_keep_what_is_remembered():
    detecting = at_work(hot=HOT)
    detecting.keep(detecting.detect(hot(detecting)))
    lower = a_rule(Threshold(property="temperature", above=50.0))
    detecting.use(detecting.prepare({"hot": lower}, {}), T0 + 1000)
    assert detecting.detect(hot(detecting, 2, 65.0)).detections == ()
    over = detecting.detect(hot(detecting, 3, 40.0))
    assert short(over.detections) == [("집-1", "over", 0, 3)]


def test_only_what_is_new_is_laid_out_when_a_rule_is_changed(monkeypatch):
    detecting, laid_out = at_work(hot=HOT, low=LOW), []
    fit = detecting_module.state_for
    monkeypatch.setattr(detecting_module, "state_for", lambda rule, *rest: laid_out.append(rule.id) or fit(rule, *rest))
    hotter = a_rule(Threshold(property="temperature", above=65.0))
    detecting.use(detecting.prepare({"hot": hotter, "low": LOW, "third": LOW}, {}), T0)
    assert laid_out == ["hot", "third"]
    detecting.register(register_of(DEVICES))
    assert laid_out[2:] == ["hot", "low", "third"]


def test_a_restart_from_a_snapshot_goes_on_as_if_nothing_had_been(tmp_path):
    detecting = at_work(hot=HOT, low=LOW)
    detecting.keep(detecting.detect(hot(detecting)))
    write_rules(tmp_path, detecting.snapshot(), 1, "L")
    longer = register_of([*DEVICES, a_device("N", "temperature")])
    again = Detecting(longer)
    assert again.restore(read_rules(tmp_path))
    again.use(again.prepare({"hot": HOT, "low": LOW}, {}), T0)
    for at_s, result in ((1, 80.0), (2, 20.0), (3, 90.0)):
        before, after = (one.detect(hot(one, at_s, result)) for one in (detecting, again))
        assert before.detections == after.detections
        detecting.keep(before)
        again.keep(after)


def test_a_snapshot_of_another_register_is_not_taken_up():
    detecting = at_work(hot=HOT)
    other = Detecting(register_of([a_device("X", "temperature"), *DEVICES]))
    assert not other.restore(detecting.snapshot())
