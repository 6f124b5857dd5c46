"""The arrivals bench: its figures by hand, its street in a made city, its crews without a platform."""

import asyncio
from importlib.util import find_spec

import pytest
from msgspec.structs import replace

from bongsu.benches.arrivals import evenings, scores
from bongsu.benches.arrivals.frozen import HELD_OUT, NEAR, TRAINING, Frozen, handling_for, read, standing, write
from bongsu.benches.arrivals.kinds import ARMS, Arms, Call, Order, Place, Rig
from bongsu.benches.arrivals.made import MADE
from bongsu.benches.arrivals.report import shares_plot, times_plot
from bongsu.benches.arrivals.rows import Kept, Row, mark_of
from bongsu.benches.arrivals.scene import Terms, scene_of

needs_sumo = pytest.mark.skipif(find_spec("libsumo") is None, reason="the extra `sim` (SUMO) is not installed")


def a_row(seed, there_s, arm="baseline", **lost_s):
    return Row(seed=seed, arm=arm, mark="m", there_s=tuple(there_s), lost_s=lost_s)


def test_a_trip_that_never_ended_is_late_and_seven_minutes_sharp_are_in_time():
    assert scores.share([a_row(1, [100, 420.0, 421, None])]) == 0.5


def test_percentiles_that_lie_among_unfinished_trips_are_not_told():
    rows = [a_row(1, [100, 200, 300, None]), a_row(2, [400, 500, 600, 700, 800, 900])]
    assert scores.percentile_s(rows, 0.5) == 500
    assert scores.percentile_s(rows, 0.9) == 900
    assert scores.percentile_s(rows, 0.95) is None


def test_an_interval_draws_whole_seeds_because_calls_of_one_evening_are_alike():
    clustered = [a_row(seed, [100.0] * 10 if seed % 2 else [None] * 10) for seed in range(10)]
    mixed = [a_row(seed, [100.0] * 5 + [None] * 5) for seed in range(10)]
    low, high = scores.interval(clustered)
    assert 0.0 < low <= 0.2  # as many seeds are drawn as there are
    assert 1.0 > high >= 0.8
    assert scores.interval(mixed) == (0.5, 0.5)


def test_a_gain_is_paired_by_seed_and_knows_no_chance_where_every_seed_gains_the_same():
    base = [a_row(seed, [100.0] * seed + [None] * (10 - seed)) for seed in range(2, 8)]
    more = [a_row(seed, [100.0] * (seed + 1) + [None] * (9 - seed), "all") for seed in range(2, 8)]
    gain, low, high = scores.gain(more, base)
    assert gain == pytest.approx(0.1)
    assert low == pytest.approx(0.1)
    assert high == pytest.approx(0.1)


def test_delay_on_others_is_the_same_cars_against_themselves():
    base = [a_row(1, [1.0], **{"car-1": 10.0, "car-2": 20.0, "gone": 99.0})]
    more = [a_row(1, [1.0], "all", **{"car-1": 16.0, "car-2": 18.0})]
    assert scores.cross_delay_s(more, base) == 2.0
    assert scores.cross_delay_s([a_row(5, [1.0])], base) is None


def test_the_row_is_missed_below_80_or_when_the_interval_touches_the_published_share():
    good, base = {"share": 0.81, "ci": [0.79, 0.83]}, {"share": 0.631}
    assert scores.missed({"all": good}, base) == []
    assert scores.missed({"all": {"share": 0.81, "ci": [0.785, 0.84]}}, base) == ["ci"]
    assert scores.missed({"all": {"share": 0.79, "ci": [0.786, 0.8]}}, base) == ["share"]
    assert scores.missed({}, base) == ["all"]
    assert scores.missed({"all": good}, {"share": 0.5}) == ["baseline"]


def test_the_handling_time_is_found_that_makes_the_baseline_what_is_published():
    terms = Terms(stations=2, handling_s=50.0)
    driven = [float(second) for second in range(200, 400, 2)]
    rows = [a_row(1, [second + 50.0 for second in driven])]
    found = handling_for(rows, terms)
    assert sum(second + found <= 420 for second in driven) in (63, 64)


def test_a_city_is_frozen_anew_and_the_others_stay(tmp_path):
    file = tmp_path / "frozen.json"
    for name, share in (("a", 0.6), ("b", 0.61), ("a", 0.63)):
        write(a_frozen(name, share), file)
    assert {key: one.share for key, one in read(file).items()} == {"mark-a": 0.63, "mark-b": 0.61}


def test_a_share_frozen_with_another_simulation_is_no_longer_the_citys(tmp_path):
    file = tmp_path / "frozen.json"
    write(a_frozen("then", 0.63), file)
    now = mark_of("mark-now", Terms(stations=3), with_product=False)
    write(replace(a_frozen("now", 0.63), mark=now), file)
    assert standing("mark-then", file) is None
    assert standing("mark-now", file).name == "now"
    assert standing("mark-never", file) is None


def a_frozen(name, share):
    return Frozen(
        name, f"mark-{name}", "1.28.0", Terms(stations=3), 100, 6, share, (share - 0.1, share + 0.1), (103,), "another"
    )


def test_a_run_broken_off_goes_on_with_the_rows_that_are_whole(tmp_path):
    path = tmp_path / "rows.jsonl"
    Kept(path).keep(a_row(1, [1.0, None]))
    with path.open("ab") as file:
        file.write(b'{"seed":2,"arm":"base')
    again = Kept(path)
    assert again.find(1, "baseline", "m").there_s == (1.0, None)
    assert again.find(1, "baseline", "another mark") is None
    assert again.find(2, "baseline", "m") is None
    assert again.find(1, "baseline", "m", draw=1) is None


def drive_with(crashes, driven):
    def drive(arm, draw):
        driven.append((arm.name, draw))
        return Row(9000, arm.name, "m", (), {}, draw=draw, broken=(arm.name, draw) in crashes)

    return drive


def test_an_evening_sumo_crashes_in_is_driven_again_in_every_arm_with_other_drivers():
    arms, driven = (ARMS[0], ARMS[-1]), []
    rows = evenings.driven(arms, drive_with({("all", 0)}, driven))
    assert [(row.arm, row.draw, row.broken) for row in rows] == [("baseline", 1, False), ("all", 1, False)]
    assert driven == [("baseline", 0), ("all", 0), ("baseline", 1), ("all", 1)]


def test_an_evening_that_never_comes_to_its_end_is_given_up_and_its_last_row_says_so():
    driven = []
    rows = evenings.driven((ARMS[0], ARMS[-1]), drive_with({("baseline", draw) for draw in range(9)}, driven))
    assert rows[-1].broken
    assert driven == [("baseline", draw) for draw in range(evenings.DRAWS)]


@needs_sumo
def test_a_fault_of_ours_in_a_run_is_said_and_not_taken_for_a_crash_of_sumos(tmp_path):
    site = evenings.site_of(None, tmp_path / "whole")
    in_the_way = tmp_path / "spoilt" / "ground" / site.ground.mark / "made.net.xml"
    in_the_way.mkdir(parents=True)  # so that the run's own process cannot make its streets ready
    with pytest.raises(RuntimeError, match=r"bench\.netconvert"):
        evenings.evenings_of(evenings.City(None, tmp_path / "spoilt"), site, MADE, [9000], ARMS[:1], str)


def test_a_calibrated_city_is_frozen_near_the_published_share_on_training_seeds_only():
    for one in read().values():
        assert abs(one.share - scores.BASELINE) <= NEAR
        assert one.first_seed >= TRAINING
        assert one.first_seed + one.seeds <= HELD_OUT


def test_rows_of_other_terms_are_not_taken_for_these():
    assert mark_of("g", MADE, with_product=False) != mark_of("g", Terms(stations=3), with_product=False)
    assert mark_of("g", MADE, with_product=False) != mark_of("h", MADE, with_product=False)


def test_arms_are_named_for_what_they_help_with():
    assert [arm.name for arm in ARMS] == ["baseline", "station_choice", "live_route", "preemption", "all"]
    assert Arms(station_choice=True, preemption=True).name == "station_choice+preemption"


def test_plots_show_every_arm_and_nothing_of_a_name_is_taken_for_markup():
    arms = {"baseline": {"share": 0.6, "ci": [0.5, 0.7]}, "<b>": {"share": 0.8, "ci": [0.75, 0.85]}}
    drawn = shares_plot(arms)
    assert drawn.count("<rect") == 2
    assert "&lt;b&gt;" in drawn
    assert "<b>" not in drawn
    assert times_plot({"baseline": [a_row(1, [100.0, None])]}).count("<polyline") == 1


def test_the_nearest_crew_as_the_crow_flies_is_sent_without_a_platform():
    from bongsu.benches.arrivals.crews import nearest

    rigs = [Rig(name, "s", "engine", Place(lon, 37.5)) for name, lon in (("far", 127.1), ("near", 127.01))]
    assert nearest(rigs, Call("c", 0, Place(127.0, 37.5))).unit == "near"
    assert nearest([], Call("c", 0, Place(127.0, 37.5))) is None


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    from bongsu.benches.arrivals.evenings import site_of

    return site_of(None, tmp_path_factory.mktemp("arrivals"))


@needs_sumo
def test_a_way_told_as_a_line_is_driven_on_the_same_streets(site):
    from random import Random

    chance, names = Random(3), sorted(site.net.edges)
    for _ in range(10):
        start, goal = (site.net.spot(name, site.net.edges[name].length_m / 2) for name in chance.sample(names, 2))
        way = site.net.static_way(start, goal)
        line = [site.net.place(point) for edge in way[1:-1] for point in site.net.edges[edge].line]
        assert site.net.follow(start, goal, (start.place, *line, goal.place)) == way


@needs_sumo
def test_a_street_known_to_be_shut_is_not_driven(site):
    names = sorted(site.net.edges)
    start, goal = (site.net.spot(names[row], site.net.edges[names[row]].length_m / 2) for row in (0, -1))
    way = site.net.static_way(start, goal)
    round_it = site.net.static_way(start, goal, {way[len(way) // 2]})
    assert round_it
    assert way[len(way) // 2] not in round_it
    assert site.net.static_way(start, goal, set(names) - set(start.edges)) == ()


@needs_sumo
def test_controllers_show_no_two_barriers_green_and_everybody_comes_by(site):
    for junction in site.junctions:
        shown = [site.lights.at(second * 1000)[junction.name] for second in range(junction.plan.cycle_ms // 1000)]
        for letters in shown:
            held = [
                barrier
                for barrier, green in junction.greens.items()
                if all(a == b for a, b in zip(letters, green, strict=True) if b in "Gg")
            ]
            lit = [at for at, letter in enumerate(letters) if letter in "Gg"]
            assert not lit or any(all(junction.greens[one][at] in "Gg" for at in lit) for one in held)
        assert all({"G", "g"} & {letters[at] for letters in shown} for at in range(len(shown[0])))


@needs_sumo
def test_an_evening_is_the_same_again_for_the_same_seed(site):
    assert scene_of(site.net, MADE, 5) == scene_of(site.net, MADE, 5)
    assert scene_of(site.net, MADE, 5).asked != scene_of(site.net, MADE, 6).asked


@needs_sumo
def test_crews_with_siren_are_there_without_a_platform_and_the_same_run_gives_the_same(site, tmp_path):
    from bongsu.benches.arrivals.run import run

    scene = scene_of(site.net, MADE, 100)
    once = asyncio.run(run(site, scene, Arms(), tmp_path, a_row(100, [])))
    assert len(once.there_s) == MADE.calls
    assert all(one is not None for one in once.there_s)
    assert min(once.there_s) > MADE.handling_s + MADE.turnout_s
    assert len(once.lost_s) > 50
    again = asyncio.run(run(site, scene, Arms(), tmp_path, a_row(100, [])))
    assert (again.there_s, again.lost_s) == (once.there_s, once.lost_s)


@needs_sumo
def test_a_crew_without_live_ways_keeps_to_its_own_and_with_them_takes_another(site, tmp_path):
    from bongsu.benches.arrivals.crews import Crews
    from bongsu.benches.arrivals.street import Street

    scene = scene_of(site.net, MADE, 100)
    one, unit = scene.asked[0], scene.engines[0].unit
    for arms, wished in ((Arms(station_choice=True), False), (Arms(live_route=True), True)):
        crews = Crews(site.net, Street(site.ground, site.net, scene, tmp_path), scene, arms)
        crews.obey(Order(one.call.id, unit, (scene.engines[0].home, one.call.place)))
        assert crews.engines[unit].asked == one
        assert bool(crews.engines[unit].wish) is wished
