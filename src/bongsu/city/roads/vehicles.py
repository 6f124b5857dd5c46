"""Who moves: how wide, how fast, whom the signs hold, and what a turn costs them."""

from __future__ import annotations

import msgspec


class TurnCosts(msgspec.Struct, frozen=True):
    """Seconds a turn costs: braking and turning by its kind, and `wait_s` where a road with signals is crossed.

    Turning right does not wait. `u_turn_s` at a dead end; `u_turn_anywhere_s` at any junction, None: not allowed there.
    """

    right_s: float = 0.0
    left_s: float = 0.0
    straight_s: float = 0.0
    wait_s: float = 0.0
    u_turn_s: float = 0.0
    u_turn_anywhere_s: float | None = None


class Vehicle(msgspec.Struct, frozen=True):
    """One way of moving.

    `needs_m` is the clear width below which it is not sent; `gain` what it makes of cars' typical speed; `passes` the
    share of the time lost to live traffic that it regains by passing on a road of four lanes or more (half of it on
    narrower ones); `top_mps` its own limit. Walkers mind neither one-way signs nor turn rules. `exempt` are the words
    of a turn rule's exceptions that mean it.
    """

    name: str
    top_mps: float
    turns: TurnCosts
    needs_m: float = 0.0
    gain: float = 1.0
    passes: float = 0.0
    siren: bool = False
    on_foot: bool = False
    exempt: tuple[str, ...] = ()


_BY_CAR = TurnCosts(right_s=2.0, left_s=5.0, straight_s=0.0, wait_s=8.0, u_turn_s=20.0)
_BY_SIREN = TurnCosts(right_s=2.0, left_s=4.0, straight_s=0.0, wait_s=2.5, u_turn_s=20.0, u_turn_anywhere_s=15.0)
_BY_TRUCK = TurnCosts(right_s=3.5, left_s=5.5, straight_s=0.0, wait_s=3.5, u_turn_s=60.0)

CAR = Vehicle("car", 30.0, _BY_CAR, needs_m=2.2)
PATROL = Vehicle("patrol", 33.0, _BY_SIREN, 2.4, 1.35, 0.6, siren=True, exempt=("emergency",))
AMBULANCE = Vehicle("ambulance", 28.0, _BY_SIREN, 2.6, 1.25, 0.5, siren=True, exempt=("emergency",))
ENGINE = Vehicle("engine", 25.0, _BY_TRUCK, 3.0, 1.15, 0.4, siren=True, exempt=("emergency",))
LADDER = Vehicle("ladder", 22.0, _BY_TRUCK, 3.5, 1.05, 0.35, siren=True, exempt=("emergency",))
FOOT = Vehicle("foot", 1.3, TurnCosts(), on_foot=True)
VEHICLES = {one.name: one for one in (CAR, PATROL, AMBULANCE, ENGINE, LADDER, FOOT)}
