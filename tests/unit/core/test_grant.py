"""A right covers the cameras its purpose needs, and no more."""

from __future__ import annotations

from bongsu.core.grant import View, seeing


def a_view(camera: str, clear: bool) -> View:
    return View(camera=camera, distance_m=10.0, px_per_m=80.0, clear=clear, confident=True)


def test_cameras_that_do_not_see_the_place_are_not_granted_beside_those_that_do():
    views = (a_view("C1", True), a_view("C2", False), a_view("C3", True))
    assert [view.camera for view in seeing(views)] == ["C1", "C3"]


def test_where_no_camera_sees_the_place_the_nearest_are_granted():
    views = (a_view("C1", False), a_view("C2", False))
    assert seeing(views) == views
    assert seeing(()) == ()
