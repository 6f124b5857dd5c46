"""A viewer's place in line is bounded, and starts again only at a keyframe."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bongsu.video.codec import Header
from bongsu.video.ingest import Frame
from bongsu.video.viewer import ROOM, Trouble, Viewer
from fakes.video import a_frame

HEADER = Header("avc1.42c01f", 640, 360, (b"\x67", b"\x68"), b"")


async def test_who_joins_gets_the_header_and_the_current_gop_first() -> None:
    gop = [a_frame(key=True, at_us=1), a_frame(at_us=2)]
    viewer = Viewer([HEADER, *gop])
    viewer.put(a_frame(at_us=3))
    items = [await viewer.next() for _ in range(4)]
    assert items[0] is HEADER
    assert [item.pts_us for item in items[1:] if isinstance(item, Frame)] == [1, 2, 3]


async def test_who_joins_before_the_first_keyframe_waits_for_it() -> None:
    viewer = Viewer([HEADER])
    viewer.put(a_frame(at_us=1))
    viewer.put(a_frame(key=True, at_us=2))
    assert await viewer.next() is HEADER
    assert (await viewer.next()).pts_us == 2


async def test_a_viewer_that_does_not_take_is_emptied_up_to_the_next_keyframe() -> None:
    viewer = Viewer([HEADER])
    viewer.put(a_frame(key=True, at_us=0))
    for at in range(1, ROOM + 20):
        viewer.put(a_frame(at_us=at))
    viewer.put(Trouble("camera.silent", 1.0))
    viewer.put(HEADER)
    viewer.put(a_frame(key=True, at_us=999))
    items = [await viewer.next() for _ in range(4)]
    assert items[0] is HEADER
    assert isinstance(items[1], Trouble)
    assert items[3].pts_us == 999
    assert viewer.dropped == ROOM + 20


@given(st.lists(st.booleans(), max_size=400), st.integers(1, 9))
async def test_every_frame_follows_its_predecessor_or_is_a_keyframe(keys: list[bool], pace: int) -> None:
    viewer = Viewer([HEADER])
    await viewer.next()
    taken: list[Frame] = []
    for at, key in enumerate(keys):
        viewer.put(a_frame(key=key, at_us=at))
        assert len(viewer._line) <= ROOM + 1
        if at % pace == 0 and viewer._line:
            taken.append(await viewer.next())
    while viewer._line:
        taken.append(await viewer.next())
    for before, after in zip([None, *taken], taken, strict=False):
        assert after.key or (before and after.pts_us == before.pts_us + 1)
