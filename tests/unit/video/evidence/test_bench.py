"""A package is put together where nobody else clears away, and two that build the same give it one name."""

from __future__ import annotations

import os

import pytest

from bongsu.video.evidence.bench import YOUNG_S, bench, clear, publish


def test_what_a_dead_process_left_goes_and_what_a_living_one_builds_stays(tmp_path):
    (tmp_path / "work-x").mkdir()
    (tmp_path / "E.zip.part").write_bytes(b"half")
    left = tmp_path / "bench-dead"
    left.mkdir()
    (left / "lock").touch()
    (left / "0001.mp4").write_bytes(b"pictures")
    with bench(tmp_path) as place:
        (place / "0001.mp4").write_bytes(b"pictures")
        clear(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == [place.name]
        assert (place / "0001.mp4").exists()
    assert list(tmp_path.iterdir()) == []


def test_a_bench_about_to_be_claimed_is_left_alone_and_an_old_one_without_a_lock_is_not(tmp_path):
    young = tmp_path / "bench-young"
    young.mkdir()
    clear(tmp_path)
    assert young.exists()
    long_ago = young.stat().st_mtime - 2 * YOUNG_S
    os.utime(young, (long_ago, long_ago))
    clear(tmp_path)
    assert not young.exists()


def test_a_bench_goes_with_a_build_that_fails(tmp_path):
    with pytest.raises(OSError, match="full"), bench(tmp_path):
        raise OSError("full")
    assert list(tmp_path.iterdir()) == []


def test_the_first_of_two_that_built_the_same_names_it(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    assert publish(tmp_path / "a", tmp_path / "E.zip")
    assert not publish(tmp_path / "b", tmp_path / "E.zip")
    assert (tmp_path / "E.zip").read_text() == "a"
