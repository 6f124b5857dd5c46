from __future__ import annotations

import asyncio
from typing import Any

from msgspec.structs import replace

from bongsu.core.export import ExportState
from bongsu.video.evidence.jobs import Jobs
from bongsu.video.evidence.pack import digest_of
from bongsu.video.evidence.verify import verify
from fakes.desk import NOON
from fakes.evidence import a_job, an_export
from fakes.recordings import FakeRecordings

BUILDING, READY, FAILED = ExportState.BUILDING, ExportState.READY, ExportState.FAILED


async def work_until(folder, jobs, ends, recordings=None) -> list[dict[str, Any]]:
    """Every word told until so many exports have come to an end."""
    said: list[dict[str, Any]] = []
    done = asyncio.Event()

    def tell(what: str, **facts: Any) -> None:
        said.append(facts)
        if sum(one["state"] in (READY, FAILED) for one in said) == ends:
            done.set()

    queue = Jobs(folder, recordings or FakeRecordings(C1=[(0, 3)]), tell, lambda: NOON)
    running = asyncio.create_task(queue.run())
    queue.obey(jobs)
    await asyncio.wait_for(done.wait(), 30)
    running.cancel()
    return said


async def test_exports_are_built_one_after_the_other_and_told_of(tmp_path):
    jobs = [a_job(replace(an_export(), id=f"E-{n}")) for n in (1, 2)]
    said = await work_until(tmp_path, jobs, 2)
    assert [(one["export"], one["state"]) for one in said if "share" not in one] == [
        ("E-1", BUILDING), ("E-1", READY), ("E-2", BUILDING), ("E-2", READY),
    ]  # fmt: skip
    for one in said:
        if one["state"] is READY:
            path = tmp_path / "evidence" / f"{one['export']}.bongsu-evidence.zip"
            assert (digest_of(path), path.stat().st_size) == (one["sha256"], one["size_bytes"])


async def test_an_unfinished_job_is_begun_again_and_its_half_is_gone(tmp_path):
    folder = tmp_path / "evidence"
    (folder / "work-x").mkdir(parents=True)
    half = folder / "E-1.bongsu-evidence.zip.part"
    half.write_bytes(b"PK half")
    said = await work_until(tmp_path, [a_job(replace(an_export(), id="E-1"))], 1)
    assert said[-1]["state"] is READY
    assert [one.name for one in folder.iterdir()] == ["E-1.bongsu-evidence.zip"]


async def test_what_was_finished_before_a_restart_is_not_built_again(tmp_path):
    job = a_job(replace(an_export(), id="E-1"))
    first = await work_until(tmp_path, [job], 1)
    again = await work_until(tmp_path, [job], 1, FakeRecordings())
    assert again[-1]["sha256"] == first[-1]["sha256"]


async def test_a_damaged_file_of_before_is_built_anew(tmp_path):
    job = a_job(replace(an_export(), id="E-1"))
    await work_until(tmp_path, [job], 1)
    path = tmp_path / "evidence" / "E-1.bongsu-evidence.zip"
    path.write_bytes(path.read_bytes()[:-1])
    assert (await work_until(tmp_path, [job], 1))[-1]["state"] is READY
    assert verify(path).manifest.export == "E-1"


async def test_one_that_cannot_be_built_says_why_and_the_next_goes_on(tmp_path):
    jobs = [a_job(replace(an_export(90, 95), id="E-1")), a_job(replace(an_export(), id="E-2"))]
    said = await work_until(tmp_path, jobs, 2)
    ends = [(one["export"], one["state"], one.get("fault")) for one in said if one["state"] is not BUILDING]
    assert ends == [("E-1", FAILED, "evidence.nothing"), ("E-2", READY, None)]


async def test_a_masked_copy_is_a_job_like_any_other(tmp_path):
    original = replace(an_export(), id="E-1")
    copy = replace(original, id="E-2", derived_from="E-1", masked=True)
    said = await work_until(tmp_path, [a_job(original), a_job(copy)], 2)
    assert said[-1] | {"sha256": ""} == {
        "export": "E-2", "state": READY, "sha256": "", "size_bytes": said[-1]["size_bytes"],
    }  # fmt: skip
    assert any(0 < one.get("share", 0) < 1 for one in said if one["export"] == "E-2")
