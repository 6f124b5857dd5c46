"""Logs are for engineers: one line an event, and nothing in it about a person."""

from __future__ import annotations

import io
import json

import pytest
import structlog

from bongsu.core import logs


@pytest.fixture
def lines():
    screen = io.StringIO()
    logs.start("core", to=screen)
    yield lambda: [json.loads(line) for line in screen.getvalue().splitlines()]
    structlog.reset_defaults()


def test_a_line_says_when_where_and_what(lines):
    structlog.get_logger().warning("sender.dead", agency="police112", attempts=9)
    (line,) = lines()
    assert line["at"].endswith("Z")
    assert {**line, "at": ""} == {
        "at": "", "event": "sender.dead", "level": "warning", "process": "core", "agency": "police112", "attempts": 9,
    }  # fmt: skip


def test_a_field_nobody_named_is_withheld_and_counted(lines):
    structlog.get_logger().info("report.taken", caller="김영희", phone="010-1234-5678", incident="I-1")
    (line,) = lines()
    assert line["withheld"] == 2
    assert line["incident"] == "I-1"
    assert "김영희" not in json.dumps(line, ensure_ascii=False)


def test_a_fault_is_told_by_its_class_and_way_but_not_by_its_words(lines):
    try:
        raise ValueError("신고자 김영희 010-1234-5678")
    except ValueError as problem:
        structlog.get_logger().error("web.fault", exc_info=problem)
    (line,) = lines()
    assert line["fault"][0] == "ValueError"
    assert line["fault"][1].startswith("test_logs.py:")
    assert "김영희" not in json.dumps(line, ensure_ascii=False)


def test_what_is_below_the_level_is_not_written(lines):
    structlog.get_logger().debug("video.link", problem="OSError")
    assert lines() == []
