"""All cameras of a scene: pictures of any of them at any time, their backdrops kept while there is room."""

from __future__ import annotations

import threading
from collections import OrderedDict

from bongsu.world.camera import movers, picture
from bongsu.world.camera.atlas import Atlas
from bongsu.world.camera.backdrop import Backdrop, paint
from bongsu.world.camera.furniture import parked_cars
from bongsu.world.scene import Eye, Scene
from bongsu.world.traffic import Traffic

KEPT = 96
"""Backdrops in memory: 1.6 MB each."""


class Studio:
    """The scene as its cameras see it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._atlas = Atlas(scene)
        self._traffic = Traffic(scene)
        self._eyes = {eye.id: eye for eye in scene.cameras}
        self._still: OrderedDict[str, Backdrop] = OrderedDict()
        self._lock = threading.Lock()

    def has(self, camera_id: str) -> bool:
        """Whether the scene has this camera."""
        return camera_id in self._eyes

    def take(self, camera_id: str, ms: int) -> picture.Image:
        """The camera's picture at a Unix time in ms, planar YUV 4:2:0; the first one also paints its backdrop."""
        eye = self._eyes[camera_id]
        return picture.compose(eye, self._backdrop(eye), self._traffic, ms)

    def _backdrop(self, eye: Eye) -> Backdrop:
        with self._lock:
            if eye.id in self._still:
                self._still.move_to_end(eye.id)
                return self._still[eye.id]
        still = paint(eye, self._scene, self._atlas)
        movers.park(still, parked_cars(self._atlas, still.lens))
        with self._lock:
            self._still[eye.id] = still
            while len(self._still) > KEPT:
                self._still.popitem(last=False)
        return still
