"""What only one process of a machine may do at a time: whoever holds the lock does it, and its death lets go of it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class Claim:
    """A lock on a file, held until `let_go` or the end of the process; the kernel lets go for one that is killed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @property
    def is_held(self) -> bool:
        """It is ours."""
        return self._file is not None

    def take(self) -> bool:
        """Tell whether it is ours now; never waits. Raises OSError where the file cannot be opened."""
        if self._file is not None:
            return True
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def let_go(self) -> None:
        """Another may have it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
