# ruff: noqa: D102  # the methods of Disk are the kernel's calls, and mean what theirs mean
"""`python -m bongsu.drills.faults.disk BACKING MOUNT`: a platter as a file system (FUSE), until it is unmounted.

What stands in the backing folder is loaded and counts as synced. Extended attributes of the mount point are its
switches: `user.bongsu.cut` (a seed) cuts the power: this process ends, the backing folder holds what survived, and
BACKING.lost says what did not. `user.bongsu.room` (bytes) is how much fits on it, 0 for any amount.
"""

from __future__ import annotations

import errno
import os
import random
import stat
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
from mfusepy import FUSE, FuseOSError, Operations

from bongsu.drills.faults.platter import Platter

CUT, ROOM = "user.bongsu.cut", "user.bongsu.room"
FREE_BLOCKS = 1 << 20


class Disk(Operations):  # type: ignore[misc]  # the library is untyped
    """The platter behind the kernel's calls; a file handle is its node's number."""

    use_ns = True

    def __init__(self, backing: Path) -> None:
        self._backing = backing
        self._platter = load(backing)
        self._room = 0

    def _number(self, path: str) -> int:
        number = self._platter.names.get(path)
        if number is None:
            raise FuseOSError(errno.ENOENT)
        return number

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        number = fh if fh is not None else self._number(path)
        node = self._platter.nodes[number]
        now = time.time_ns()
        return {
            "st_ino": number,
            "st_mode": node.mode,
            "st_nlink": 2 if stat.S_ISDIR(node.mode) else 1,
            "st_size": len(node.live),
            "st_uid": os.getuid(),
            "st_gid": os.getgid(),
            "st_atime": now,
            "st_mtime": now,
            "st_ctime": now,
        }

    def readdir(self, path: str, fh: int) -> list[str]:
        start = path.rstrip("/") + "/"
        inside = (name[len(start) :] for name in self._platter.names if name.startswith(start))
        return [".", "..", *(name for name in inside if name and "/" not in name)]

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        return self._platter.add(path, stat.S_IFREG | stat.S_IMODE(mode))

    def mknod(self, path: str, mode: int, dev: int) -> int:
        self._platter.add(path, mode)
        return 0

    def mkdir(self, path: str, mode: int) -> int:
        self._platter.add(path, stat.S_IFDIR | stat.S_IMODE(mode))
        return 0

    def open(self, path: str, flags: int) -> int:
        return self._number(path)

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return bytes(self._platter.nodes[fh].live[offset : offset + size])

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        grows = offset + len(data) - len(self._platter.nodes[fh].live)
        self._need(grows)
        self._platter.write(fh, data, offset)
        return len(data)

    def _need(self, more: int) -> None:
        if self._room and more > 0 and self._platter.used() + more > self._room:
            raise FuseOSError(errno.ENOSPC)

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        number = fh if fh is not None else self._number(path)
        self._need(length - len(self._platter.nodes[number].live))
        self._platter.truncate(number, length)
        return 0

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        self._platter.sync(fh)
        return 0

    def fsyncdir(self, path: str, datasync: int, fh: int) -> int:
        self._platter.sync_names(path)
        return 0

    def unlink(self, path: str) -> int:
        self._number(path)
        self._platter.remove(path)
        return 0

    def rmdir(self, path: str) -> int:
        if len(self.readdir(path, 0)) > 2:
            raise FuseOSError(errno.ENOTEMPTY)
        self._platter.remove(path)
        return 0

    def rename(self, old: str, new: str) -> int:
        self._number(old)
        self._platter.rename(old, new)
        return 0

    def chmod(self, path: str, mode: int) -> int:
        node = self._platter.nodes[self._number(path)]
        node.mode = stat.S_IFMT(node.mode) | stat.S_IMODE(mode)
        return 0

    def chown(self, path: str, uid: int, gid: int) -> int:
        return 0

    def utimens(self, path: str, times: tuple[int, int] | None = None) -> int:
        return 0

    def statfs(self, path: str) -> dict[str, int]:
        free = max(0, self._room - self._platter.used()) // 4096 if self._room else FREE_BLOCKS
        return {"f_bsize": 4096, "f_frsize": 4096, "f_blocks": FREE_BLOCKS, "f_bfree": free, "f_bavail": free}

    def setxattr(self, path: str, name: str, value: bytes, options: int, position: int = 0) -> int:
        if name == ROOM:
            self._room = int(value)
        elif name == CUT:
            self._cut(int(value))
        else:
            raise FuseOSError(errno.ENOTSUP)
        return 0

    def _cut(self, seed: int) -> None:
        """Keep what survives, and end without another word: whoever still asks finds a dead disk."""
        losses = self._platter.cut(random.Random(seed))
        save(self._platter, self._backing)
        lost_of(self._backing).write_bytes(msgspec.json.encode(losses))
        os._exit(0)

    def destroy(self, path: str) -> None:
        self._platter.sync_all()
        save(self._platter, self._backing)


def lost_of(backing: Path) -> Path:
    """Where the disk says what its last cut took."""
    return backing.with_suffix(".lost")


def load(backing: Path) -> Platter:
    """A platter that holds what a folder holds."""
    platter = Platter()
    platter.add("/", stat.S_IFDIR | 0o755, synced=True)
    for path in sorted(backing.rglob("*")):
        mode = path.lstat().st_mode
        content = path.read_bytes() if stat.S_ISREG(mode) else b""
        platter.add("/" + str(path.relative_to(backing)), mode, content, synced=True)
    return platter


def save(platter: Platter, backing: Path) -> None:
    """Make a folder hold what a platter holds; sockets do not outlive a machine."""
    for path in sorted(backing.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    for name, (mode, content) in sorted(platter.kept().items()):
        path = backing / name.lstrip("/")
        if stat.S_ISDIR(mode):
            path.mkdir(exist_ok=True)
        elif stat.S_ISREG(mode) and path.parent.is_dir():
            path.write_bytes(content)
        else:
            continue
        path.chmod(stat.S_IMODE(mode))


if __name__ == "__main__":
    FUSE(Disk(Path(sys.argv[1])), sys.argv[2], foreground=True, nothreads=True, fsname="bongsu-faults")
