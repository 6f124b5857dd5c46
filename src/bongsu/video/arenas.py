"""Memory of a process with a thread for every camera: few arenas, else each thread's keeps what it once needed."""

from __future__ import annotations

import ctypes

ARENAS = 2
_M_ARENA_MAX = -8
"""mallopt(3), <malloc.h>. Measured with thirty cameras: 20 MB less, and no growth with their connections."""


def few_arenas() -> None:
    """Have glibc share its arenas among threads; elsewhere, nothing. Before the first thread starts."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, ARENAS)
