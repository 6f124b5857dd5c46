"""The pinhole model agrees with itself, and with the picture the register promises."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.world.camera.lens import through
from fakes.world import PLANE, an_eye

headings = st.floats(0, 359.9)
lenses = st.floats(50, 100)


@given(headings, lenses, st.floats(-40, 40), st.floats(5, 200))
def test_the_ground_homography_and_the_projection_agree(
    heading: float, hfov: float, right: float, ahead: float
) -> None:
    lens = through(an_eye(heading_deg=heading, hfov_deg=hfov), PLANE, 640, 360)
    flat = np.array([math.sin(math.radians(heading)), math.cos(math.radians(heading))])
    spot = lens.at[:2] + flat * ahead + lens.right[:2] * right
    pixel, depth = lens.project(np.array([*spot, 0.0]))
    u, v, w = lens.ground_to_pixel() @ (right, ahead, 1.0)
    assert depth > 0
    assert pixel == pytest.approx((u / w, v / w), abs=1e-6)


@given(headings, lenses)
def test_the_edge_of_the_picture_is_half_the_field_of_view_away(heading: float, hfov: float) -> None:
    lens = through(an_eye(heading_deg=heading, hfov_deg=hfov), PLANE, 160, 90)
    edge = lens.rays()[45, 159].astype(float)
    angle = math.degrees(math.acos(edge @ lens.ahead / np.linalg.norm(edge)))
    assert angle == pytest.approx(hfov / 2, abs=0.6)


@given(headings, st.floats(-30, 30), st.floats(10, 100), st.floats(0, 10))
def test_rays_lead_back_to_where_a_point_is(heading: float, right: float, ahead: float, up: float) -> None:
    lens = through(an_eye(heading_deg=heading, hfov_deg=90), PLANE, 160, 90)
    point = lens.at + lens.right * right + lens.ahead * ahead + lens.up * up
    (px, py), depth = lens.project(point)
    column, row = int(px), int(py)
    if 0 <= column < 160 and 0 <= row < 90:
        back = lens.at + lens.rays()[row, column] * float(depth)
        assert float(np.linalg.norm(back - point)) < float(depth) / lens.focal * 1.5


def test_north_is_up_the_picture_and_east_to_the_right_of_a_camera_that_looks_north() -> None:
    lens = through(an_eye(heading_deg=0.0), PLANE, 640, 360)
    near, _ = lens.project(np.array([5.0, 0.0, 0.0]))
    far, _ = lens.project(np.array([5.0, 100.0, 0.0]))
    assert near[0] > 320
    assert far[1] < near[1]
