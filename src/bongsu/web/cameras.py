"""The cameras on the map: all of them for the city's own staff, those of its live grants for an agency."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any

import msgspec
from litestar import Request, get
from litestar.response import Stream
from msgspec.structs import replace

from bongsu.access.permit import Action
from bongsu.core.asset import Camera
from bongsu.core.reach import bare
from bongsu.web.guard import platform_of, session_of
from bongsu.web.needs import Streets
from bongsu.web.telling import asker_of, live_grants

AT_ONCE = 500

_encode_lines = msgspec.json.Encoder().encode_lines


class CameraColumns(msgspec.Struct, frozen=True, kw_only=True):
    """Columns of one length, a camera a row."""

    id: list[str]
    name: list[str]
    lon: list[float]
    lat: list[float]
    heading_deg: list[float | None]
    hfov_deg: list[float | None]
    reach_m: list[float]
    purpose: list[str]


@get("/v1/cameras", opt={"action": Action.SEE_CAMERAS})
async def list_cameras(request: Request[Any, Any, Any]) -> CameraColumns:
    """The cameras this session may know of."""
    platform, session = platform_of(request), session_of(request)
    city = platform.city()
    if platform.policy.permits(asker_of(session), Action.SEE_EVERY_CAMERA):
        return _columns(city, city.cameras.values())
    grants = live_grants(platform.board(), session.agency, platform.now())
    ids = dict.fromkeys(view.camera for grant in grants for view in grant.views)
    return _columns(city, [city.cameras[camera] for camera in ids if camera in city.cameras])


@get("/v1/cameras/register", opt={"action": Action.READ_REGISTER})
async def read_register(request: Request[Any, Any, Any]) -> Stream:
    """Every camera record, JSON lines; a login that an import left in an address is not told."""
    cameras = tuple(map(without_login, platform_of(request).city().cameras.values()))
    return Stream(_lines(cameras), media_type="application/jsonl")


def without_login(camera: Camera) -> Camera:
    """The record with bare addresses: nothing stands in a login's place, so nothing can be written back."""
    if not any("@" in url for url in (camera.stream, camera.substream, camera.onvif)):
        return camera
    return replace(camera, stream=bare(camera.stream), substream=bare(camera.substream), onvif=bare(camera.onvif))


async def _lines(cameras: tuple[Camera, ...]) -> AsyncIterator[bytes]:
    for start in range(0, len(cameras), AT_ONCE):
        yield _encode_lines(cameras[start : start + AT_ONCE])


def _columns(city: Streets, cameras: Iterable[Camera]) -> CameraColumns:
    rows = list(cameras)
    return CameraColumns(
        id=[row.id for row in rows],
        name=[row.name for row in rows],
        lon=[row.where.lon for row in rows],
        lat=[row.where.lat for row in rows],
        heading_deg=[row.heading_deg for row in rows],
        hfov_deg=[row.hfov_deg for row in rows],
        reach_m=[round(city.reach_m(row), 1) for row in rows],
        purpose=[row.purpose for row in rows],
    )


ROUTES = [list_cameras, read_register]
