"""Becomes the NATS server, after asking the kernel to kill it with its parent: `python launch.py PARENT BINARY ARGS…`.

A process of its own, because a process with threads must not run Python between fork and exec. Imports nothing of ours.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask, look whether the parent died meanwhile, and become the server."""
    parent, binary, *arguments = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # never asked to end: see Server.end
    if os.getppid() != int(parent):
        sys.exit(0)
    os.execv(binary, [binary, *arguments])  # noqa: S606 - the server's own binary, no shell


if __name__ == "__main__":
    main()
