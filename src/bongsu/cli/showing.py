"""What `bongsu world --list` shows: the sizes of city that can be made, and the scenarios that come along."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from bongsu.world import scenario
from bongsu.world.crews import A_DISTRICT
from bongsu.world.maker.sizes import COUNTED, SIZES


def print_world(screen: Console) -> None:
    """Print both tables."""
    screen.print(_sizes())
    screen.print("seed 1로 만든 도시의 수 · counted in the cities that seed 1 makes\n", markup=False)
    screen.print(_scenarios())


def _sizes() -> Table:
    """One column a size; every person of it is simulated, nobody stands for several."""
    table = Table(title="도시 크기 · sizes of city", title_justify="left")
    table.add_column("")
    for word, size in SIZES.items():
        table.add_column(f"{word}\n{size.name.ko}\n{size.name.en}", justify="right")
    table.add_row("구 · districts", *(f"{size.districts:,}" for size in SIZES.values()))
    table.add_row("사람 · people simulated", *(f"{size.people:,}" for size in SIZES.values()))
    for field, label in _COUNTED.items():
        table.add_row(label, *(f"{getattr(COUNTED[word], field):,}" for word in SIZES))
    units = sum(A_DISTRICT.values())
    table.add_row("출동대 · units", *(f"{size.districts * units:,}" for size in SIZES.values()))
    return table


_COUNTED = {
    "cameras": "카메라 · cameras",
    "bells": "비상벨 · emergency bells",
    "lamps": "보안등 · street lamps",
    "stations": "경찰·소방관서 · police and fire stations",
    "roads": "도로 · streets",
    "road_km": "도로 길이 km · street km",
    "buildings": "건물 · buildings",
}


def _scenarios() -> Table:
    table = Table(title="시나리오 · scenarios", title_justify="left")
    for head in ("scenario", "", "size, start, weather, speed"):
        table.add_column(head, no_wrap=head == "scenario")
    for name in scenario.shipped():
        one = scenario.load(name)
        how = f"{one.size}, {one.start:%Y-%m-%d %H:%M}\n{one.weather or 'any'}, {one.speed:g}×"
        table.add_row(name, f"{one.title}\n{one.title_en}", how)
    return table
