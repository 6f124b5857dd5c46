"""A picture that came in pieces is whole when it is told, and no other waits for that."""

from __future__ import annotations

from collections.abc import Iterable

from bongsu.video.pictures import Picture, Pictures


def told(*pieces: tuple[int | None, bool, bytes]) -> list[list[tuple[int | None, bytes]]]:
    """What is told as each piece (stamp, keyframe, bytes) comes."""
    pictures = Pictures()

    def given() -> Iterable[list[tuple[int | None, bytes]]]:
        for pts, is_key, part in pieces:
            piece = Picture((part,), is_key, pts, 0)
            yield [(whole.pts, b"".join(whole.parts)) for whole in pictures.take(piece)]

    return list(given())


def test_a_keyframe_in_pieces_is_told_whole() -> None:
    found = told((0, True, b"a"), (0, True, b"b"), (0, True, b"c"), (1, False, b"d"))
    assert found == [[], [], [], [(0, b"abc"), (1, b"d")]]


def test_a_camera_whose_keyframes_are_whole_waits_for_none_after_the_first_two() -> None:
    found = told((0, True, b"a"), (1, False, b"b"), (2, True, b"c"), (3, False, b"d"), (4, True, b"e"))
    assert found == [[], [(0, b"a"), (1, b"b")], [], [(2, b"c"), (3, b"d")], [(4, b"e")]]


def test_only_the_keyframes_of_a_camera_that_cuts_them_wait() -> None:
    found = told((0, True, b"a"), (1, False, b"b"), (2, True, b"c"), (2, True, b"d"), (3, False, b"e"), (4, True, b"f"))
    assert found[2:] == [[], [], [(2, b"cd"), (3, b"e")], []]


def test_a_camera_that_begins_to_cut_later_loses_one_picture_and_no_more() -> None:
    steady = ((0, True, b"a"), (1, False, b"b"), (2, True, b"c"), (3, False, b"d"))
    later = ((4, True, b"e"), (4, True, b"f"), (5, False, b"g"), (6, True, b"h"), (6, True, b"i"), (7, False, b"j"))
    assert told(*steady, *later)[4:] == [[(4, b"e")], [], [(4, b"f"), (5, b"g")], [], [], [(6, b"hi"), (7, b"j")]]


def test_pictures_without_a_stamp_are_never_taken_for_one() -> None:
    assert told((None, False, b"a"), (None, False, b"b")) == [[(None, b"a")], [(None, b"b")]]
