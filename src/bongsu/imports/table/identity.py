"""Ids that stay the same at every import, whatever the order of the rows."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from bongsu.imports.table.addresses import Cells


def give_ids(rows: Sequence[Cells], anonymous: frozenset[str] = frozenset()) -> list[str]:
    """An id for each row: 관리번호 where it is the file's only one, else from the row's content.

    A row without 관리번호 gets "h-" + hash, equal rows "-2", "-3" … in file order; rows that share a 관리번호
    get it with their hash behind. So the ids depend on the rows, not on their order. `anonymous` fields do not count.
    """
    used = Counter(cells.get("id", "") for cells in rows)
    names = [_name(cells, used, anonymous) for cells in rows]
    seen: Counter[str] = Counter()
    ids = []
    for name in names:
        seen[name] += 1
        ids.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return ids


def _name(cells: Cells, used: Counter[str], anonymous: frozenset[str]) -> str:
    own = cells.get("id", "")
    if own and used[own] == 1:
        return own
    content = "\x1f".join(f"{field}={cells[field]}" for field in sorted(cells) if field not in anonymous)
    digest = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16]
    return f"{own}.{digest[:8]}" if own else f"h-{digest}"
