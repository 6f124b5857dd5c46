"""A disk that keeps only what was synced: a model of files and names, and of what a power cut leaves of them.

Content: `fsync` or `fdatasync` of a file makes its content, and nothing else, durable. At a cut every 4 KiB page
written since survives, is lost, or is torn at a 512-byte sector, each by chance and in no order, as disks with a cache
do; a new length survives by chance too, and what it covers without having been written reads as zeros.
Names: creating, renaming and removing become durable with `fsync` of their directory. At a cut what came since
survives as a run from the beginning, by chance how long: journalled file systems keep that order. A file's own `fsync`
does not make its name durable (POSIX promises no more, though some file systems do).
"""

from __future__ import annotations

import random

import msgspec

PAGE = 4096
SECTOR = 512
SURVIVAL = (0.0, 0.0, 0.3, 0.7, 0.95)
"""How likely a page survives; one of these is drawn for each cut."""
TORN = 0.1

Names = dict[str, int | None]


class Node(msgspec.Struct, kw_only=True):
    """One file, folder or socket; `synced` is its content as the platter holds it, `dirty` the pages it does not."""

    mode: int
    live: bytearray = msgspec.field(default_factory=bytearray)
    synced: bytes = b""
    dirty: set[int] = msgspec.field(default_factory=set)


class Losses(msgspec.Struct, frozen=True, kw_only=True):
    """What a cut took: pages written and lost, pages torn, lengths and names that fell back."""

    pages: int = 0
    torn: int = 0
    lengths: int = 0
    names: int = 0


class Platter:
    """The disk: `names` is the tree as it stands, path by path; `_kept` as the platter holds it."""

    def __init__(self) -> None:
        self.nodes: dict[int, Node] = {}
        self.names: dict[str, int] = {}
        self._kept: dict[str, int] = {}
        self._pending: list[Names] = []
        self._next = 1

    def add(self, path: str, mode: int, content: bytes = b"", *, synced: bool = False) -> int:
        """A new node under this path; one loaded from the platter is `synced`."""
        number, self._next = self._next, self._next + 1
        self.nodes[number] = Node(mode=mode, live=bytearray(content), synced=content if synced else b"")
        self.names[path] = number
        if synced:
            self._kept[path] = number
        else:
            self._pending.append({path: number})
        return number

    def remove(self, path: str) -> None:
        """Take a name away; what is open under it goes on."""
        del self.names[path]
        self._pending.append({path: None})

    def rename(self, old: str, new: str) -> None:
        """Move a name, and all below it, in one step."""
        moved = {path: path.replace(old, new, 1) for path in self.names if path == old or path.startswith(old + "/")}
        step: Names = dict.fromkeys(moved)
        for before, after in moved.items():
            step[after] = self.names[after] = self.names.pop(before)
        self._pending.append(step)

    def write(self, number: int, data: bytes, at: int) -> None:
        """Write to a file; not on the platter yet."""
        node = self.nodes[number]
        if at > len(node.live):
            self.truncate(number, at)
        node.live[at : at + len(data)] = data
        node.dirty.update(range(at // PAGE, (at + len(data) + PAGE - 1) // PAGE))

    def truncate(self, number: int, length: int) -> None:
        """Set a file's length; what is added reads as zeros."""
        node = self.nodes[number]
        if length < len(node.live):
            del node.live[length:]
        else:
            node.live.extend(bytes(length - len(node.live)))
        node.dirty.add(length // PAGE)

    def sync(self, number: int) -> None:
        """Put a file's content on the platter."""
        node = self.nodes[number]
        node.synced, node.dirty = bytes(node.live), set()

    def sync_names(self, folder: str) -> None:
        """Put the names in a folder on the platter."""
        left: list[Names] = []
        for step in self._pending:
            if any(_folder_of(path) == folder for path in step):
                self._keep(step)
            else:
                left.append(step)
        self._pending = left

    def _keep(self, step: Names) -> None:
        for path, number in step.items():
            if number is None:
                self._kept.pop(path, None)
            else:
                self._kept[path] = number

    def used(self) -> int:
        """Bytes that stand."""
        return sum(len(self.nodes[number].live) for number in self.names.values())

    def sync_all(self) -> None:
        """Put everything on the platter, as an orderly end does."""
        for number in self.nodes:
            self.sync(number)
        self._kept, self._pending = dict(self.names), []

    def kept(self) -> dict[str, tuple[int, bytes]]:
        """What the platter holds: mode and content by path."""
        return {path: (self.nodes[number].mode, self.nodes[number].synced) for path, number in self._kept.items()}

    def cut(self, chance: random.Random) -> Losses:
        """The power goes: what was not synced survives or not, by chance; what is left is on the platter."""
        survival = chance.choice(SURVIVAL)
        surviving = chance.randint(0, len(self._pending)) if survival else 0
        for step in self._pending[:surviving]:
            self._keep(step)
        names = len(self._pending) - surviving
        fates = [_settle(self.nodes[number], survival, chance) for number in sorted(set(self._kept.values()))]
        return Losses(
            pages=sum(lost.pages for lost in fates),
            torn=sum(lost.torn for lost in fates),
            lengths=sum(lost.lengths for lost in fates),
            names=names,
        )


def _settle(node: Node, survival: float, chance: random.Random) -> Losses:
    """Decide what of one file survives."""
    keeps_length = chance.random() < survival
    length = len(node.live) if keeps_length else len(node.synced)
    left = bytearray(node.synced[:length].ljust(length, b"\0"))
    lost = torn = 0
    for page in sorted(node.dirty):
        written = bytes(node.live[page * PAGE : (page + 1) * PAGE])
        if chance.random() < survival:
            _put(left, page * PAGE, written)
        elif chance.random() < TORN:
            torn += 1
            _put(left, page * PAGE, written[: SECTOR * chance.randint(1, PAGE // SECTOR - 1)])
        else:
            lost += 1
    fell_back = not keeps_length and len(node.live) != len(node.synced)
    node.live, node.synced, node.dirty = left, bytes(left), set()
    return Losses(pages=lost, torn=torn, lengths=int(fell_back))


def _put(left: bytearray, at: int, data: bytes) -> None:
    """Write what survives; a page beyond the surviving length is lost with it."""
    end = min(len(left), at + len(data))
    if at < end:
        left[at:end] = data[: end - at]


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0] or "/"
