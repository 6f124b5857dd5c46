"""One viewer's place in a line, wherever its pictures come from just now."""

from __future__ import annotations

from collections.abc import Callable

from bongsu.access.lease import Ticket
from bongsu.video.viewer import Viewer


class Seat:
    """Whose it is, its line, and what lets go of where it stands; `waits` is on stills though it asked for more."""

    def __init__(self, ticket: Ticket) -> None:
        self.camera = ticket.camera
        self.profile = ticket.profile
        self.unmasked = ticket.is_unmasked
        self.wants_film = ticket.form != "still"
        self.viewer = Viewer()
        self.waits = False
        self.let_go: Callable[[], None]
