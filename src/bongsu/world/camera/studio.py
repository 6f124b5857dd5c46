"""All cameras of a scene: pictures of any of them at any time, their backdrops kept while there is room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from bongsu.world.camera import movers, picture
from bongsu.world.camera.atlas import Atlas
from bongsu.world.camera.backdrop import Backdrop, paint
from bongsu.world.camera.light import light_of, step
from bongsu.world.camera.lighting import Shot, lit
from bongsu.world.scene import Eye, Scene, unit_hash
from bongsu.world.sky import Sky
from bongsu.world.stage import Stage

KEPT = 64
"""Backdrops in memory: 7 MB each with the light on them."""

INFRARED_SHARE = 0.45
"""How many cameras see at night by lamps of their own, in shades of grey."""

LOOK_FOR_RUN_MS = 1000


class Studio:
    """The scene as its cameras see it, with the run of `folder` where one plays."""

    def __init__(self, scene: Scene, folder: Path | None = None) -> None:
        self._scene = scene
        self._atlas = Atlas(scene)
        self._stage = Stage(scene, folder)
        self._looked_ms = 0
        self._eyes = {eye.id: eye for eye in scene.cameras}
        self._still: OrderedDict[str, Backdrop] = OrderedDict()
        self._lit: dict[str, tuple[Sky, Shot]] = {}
        self._turned: dict[str, Eye] = {}
        self._lock = threading.Lock()

    def has(self, camera_id: str) -> bool:
        """Whether the scene has this camera."""
        return camera_id in self._eyes

    def eye(self, camera_id: str) -> Eye:
        """The camera as it was put up, however it is turned."""
        return self._eyes[camera_id]

    def turn(self, eye: Eye) -> None:
        """From the next picture on a camera looks this way; its backdrop is painted anew."""
        with self._lock:
            if self._turned.get(eye.id) == eye:
                return
            self._turned[eye.id] = eye
            self._still.pop(eye.id, None)
            self._lit.pop(eye.id, None)

    def take(self, camera_id: str, ms: int) -> picture.Image:
        """The camera's picture at a Unix time in ms, planar YUV 4:2:0; the first one also paints its backdrop."""
        eye = self._turned.get(camera_id) or self._eyes[camera_id]
        self._look_for_run(ms)
        still = self._backdrop(eye)
        x, y = still.lens.at[:2].tolist()
        seen = self._stage.seen(x, y, still.lens.reach(movers.REACH_M), ms)
        shot = self._shot(eye, still, step(seen.sky))
        return picture.compose(eye, shot, seen.things, seen.blazes, ms, self._stage.at_ms(ms))

    def _look_for_run(self, ms: int) -> None:
        with self._lock:
            due = ms - self._looked_ms >= LOOK_FOR_RUN_MS
            self._looked_ms = ms if due else self._looked_ms
        if due:
            self._stage.look_for_run()

    def _backdrop(self, eye: Eye) -> Backdrop:
        with self._lock:
            if eye.id in self._still:
                self._still.move_to_end(eye.id)
                return self._still[eye.id]
        still = paint(eye, self._scene, self._atlas)
        with self._lock:
            if self._turned.get(eye.id, eye) != eye:
                return still  # it turned while we painted
            self._still[eye.id] = still
            while len(self._still) > KEPT:
                gone, _ = self._still.popitem(last=False)
                self._lit.pop(gone, None)
        return still

    def _shot(self, eye: Eye, still: Backdrop, sky: Sky) -> Shot:
        """The backdrop in this light, lit anew only when the sky has changed by a step."""
        known = self._lit.get(eye.id) if self._still.get(eye.id) is still else None
        if known is not None and known[0] == sky:
            return known[1]
        shot = take_shot(eye, still, sky)
        with self._lock:
            if self._still.get(eye.id) is still:
                self._lit[eye.id] = (sky, shot)
        return shot


def take_shot(eye: Eye, still: Backdrop, sky: Sky) -> Shot:
    """A camera's backdrop under a sky, with the cars parked on it."""
    shot = lit(still, light_of(sky), infrared=unit_hash(eye.id, "infrared") < INFRARED_SHARE)
    movers.park(shot, still.parked)
    return shot
