"""Does a row stand where the other rows of its neighbourhood stand? What a register's own addresses give away.

A district shifted by 15 km stays inside a city's extent, and a typing error in the second decimal does too; but the
other rows of the same 동, road or 구 stand together, and the row does not stand with them. The rows of one
label are thinned to cells of 250 m and joined into clusters; where one cluster clearly holds the label, a row
outside it is judged by the gap to it, measured against the cluster's own size. `docs/reference/imports.md` has the
measurements.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from bongsu.core.geo import Plane, Point
from bongsu.imports.table.extent import Columns64

CELL_M = 250.0
MIN_CELLS = 4
"""A label needs this many different cells to say where it is."""
LINK_M, LINK_AT_MOST_M = 1500.0, 6000.0
"""Cells of one label this near each other stand together; farther where the label's own cells are sparser."""
SPARSE = 2.0
"""… this many times the distance within which three rows in four have the next cell."""
CLEAR_SHARE = 0.6
"""The share of a label's rows that its largest cluster must hold to speak for it."""
AROUND, LIFT = 5, 0.25
"""A label tells where a row is when the nearest rows around its own bear it this much of the way from chance to all."""
GAP_M, TIMES_RADIUS = 2300.0, 2.0
"""How far from that cluster is away: at least this, and this many times its radius (nine rows in ten)."""
FEW = 6.0
"""A home known by few cells may well reach farther: by 1 + 6/cells."""


Label = Hashable
Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


COARSE = 3.0
"""From here on a label is so large that its islands must be asked after."""


class Column(msgspec.Struct, frozen=True):
    """One label a row (falsy: none), and how coarse the labels are: a 구 is looser than a 동."""

    labels: Sequence[Label]
    looser: float = 1.0


class Home(msgspec.Struct, frozen=True):
    """Where the rows of one label stand: the cells of its main cluster and how far from it is still at home."""

    cells: Floats
    limit_m: float


def gaps_m(lon: Columns64, lat: Columns64, columns: Sequence[Column]) -> Floats:
    """Metres between each row and the home of its first label that has one; 0 for a row that stands at home.

    The finest column comes first.
    """
    xy = _flat(lon, lat)
    gaps = np.zeros(len(xy))
    unsaid = np.ones(len(xy), dtype=bool)
    for column in columns:
        if not unsaid.any():
            break
        before = unsaid.copy()
        for rows in _telling(xy, column.labels):
            home = find_home(xy[rows], column.looser)
            rows = rows[unsaid[rows]]
            if home is None or not len(rows):
                continue
            unsaid[rows] = False
            apart = cKDTree(home.cells).query(xy[rows])[0]
            gaps[rows] = np.where(apart > home.limit_m, apart, 0.0)
        if column.looser >= COARSE:
            gaps[_among_their_own(xy, column.labels, np.flatnonzero(before & (gaps > 0)))] = 0.0
    return gaps


def _among_their_own(xy: Floats, labels: Sequence[Label], rows: Rows) -> Rows:
    """Those of the rows that stand among others of their label: an island of a district is no error."""
    if not len(rows):
        return rows
    spots, first = np.unique(np.round(xy), axis=0, return_index=True)
    near = cKDTree(spots).query(xy[rows], k=min(AROUND + 1, len(spots)))[1].reshape(len(rows), -1)
    names = np.array([hash(label) for label in labels])
    alike = (names[first[near[:, 1:]]] == names[rows, None]).sum(axis=1)
    kept: Rows = rows[alike * 2 >= AROUND]
    return kept


def _telling(xy: Floats, labels: Sequence[Label]) -> Iterator[Rows]:
    """The rows of each label that tells where a row is: those around its rows bear it more often than chance would.

    Some registers give the office's address in every row, or one that was dragged down a spreadsheet.
    """
    number = {label: at for at, label in enumerate(dict.fromkeys(labels)) if label}
    codes = np.array([number.get(label, -1) for label in labels], dtype=np.int64)
    named = np.flatnonzero(codes >= 0)
    tells = _lift(xy[named], codes[named]) if len(named) > AROUND else {}
    order = named[np.argsort(codes[named], kind="stable")]
    for rows in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        if len(rows) and tells.get(int(codes[rows[0]]), 0.0) >= LIFT:
            yield rows


def _lift(xy: Floats, codes: Rows) -> dict[int, float]:
    """For each code how much oftener than by chance it is found around its own rows: 0 as often, 1 always."""
    spots = np.unique(np.column_stack([np.round(xy), codes]), axis=0)
    if len(spots) <= AROUND:
        return {}
    own = spots[:, 2].astype(np.int64)
    around = own[cKDTree(spots[:, :2]).query(spots[:, :2], k=AROUND + 1)[1]]
    alike = ((around == own[:, None]).sum(axis=1) - 1).clip(0) / AROUND
    used, place, count = np.unique(own, return_inverse=True, return_counts=True)
    share, chance = np.bincount(place, weights=alike) / count, count / len(own)
    return dict(zip(used.tolist(), ((share - chance) / np.maximum(1 - chance, 1e-9)).tolist(), strict=True))


def find_home(xy: Floats, looser: float = 1.0) -> Home | None:
    """Where the rows of a label stand, in metres; None where they are too few or no cluster clearly holds them."""
    cells, cell_of = np.unique(np.floor(xy / CELL_M), axis=0, return_inverse=True)
    cell_of = cell_of.ravel()
    if len(cells) < MIN_CELLS:
        return None
    middles = (cells + 0.5) * CELL_M
    tree = cKDTree(middles)
    next_m = tree.query(middles, k=2)[0][cell_of, 1]
    link_m = min(max(looser * LINK_M, SPARSE * float(np.percentile(next_m, 75))), LINK_AT_MOST_M)
    near = tree.sparse_distance_matrix(tree, link_m, output_type="coo_matrix")
    _, cluster_of = connected_components(near, directed=False)
    cluster_of_row = cluster_of[cell_of]
    sizes = np.bincount(cluster_of_row)
    main = int(sizes.argmax())
    if sizes[main] < CLEAR_SHARE * len(xy):
        return None
    own = xy[cluster_of_row == main]
    middle = np.median(own, axis=0)
    radius_m = float(np.percentile(np.hypot(*(own - middle).T), 90))
    own_cells = middles[cluster_of == main]
    unsure = 1 + FEW / len(own_cells)
    return Home(own_cells, max(looser * GAP_M, unsure * TIMES_RADIUS * radius_m, unsure * link_m))


def _flat(lon: Columns64, lat: Columns64) -> Floats:
    if len(lon) == 0:
        return np.empty((0, 2))
    centre = Point(float(np.median(lon)), float(np.median(lat)))
    east, north = Plane(centre).metres_per_degree()
    return np.column_stack([(lon - centre.lon) * east, (lat - centre.lat) * north])
