"""`bongsu bench arrivals`: all arms over the same seeds, from what is kept and what is still to be run."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from bongsu.benches.arrivals import frozen, scores
from bongsu.benches.arrivals.evenings import City, Evenings, Say, evenings_of, site_of
from bongsu.benches.arrivals.ground import sumo_version
from bongsu.benches.arrivals.kinds import ARMS, Arms
from bongsu.benches.arrivals.made import MADE
from bongsu.benches.arrivals.report import write_report
from bongsu.benches.arrivals.rows import Row, mark_of
from bongsu.benches.arrivals.run import Site
from bongsu.benches.arrivals.scene import Terms

REAL = Terms(stations=2, engines_each=5, calls=10, cars_per_h=2_500, warm_s=300, run_s=900)
"""Where a real extract's calibration begins: evenings short and light enough that thirty can be driven."""


def bench(city: City, seeds: int, say: Say, *, training: bool = False) -> dict[str, Any]:
    """All figures over so many seeds; a report is written beside the rows. `missed` names what does not hold."""
    site = site_of(city.osm, city.folder)
    found = frozen.standing(site.ground.mark)
    terms = found.terms if found else (MADE if city.osm is None else REAL)
    first = frozen.TRAINING if training else frozen.HELD_OUT
    evenings = evenings_of(city, site, terms, range(first, first + seeds), (Arms(), *city.arms), say)
    rows = dict(evenings.rows)
    base = rows.pop("baseline")
    told = {name: scores.figures(own, base) for name, own in rows.items()}
    baseline = scores.figures(base, base)
    figures = {
        "city": site.ground.name,
        "ground": site.ground.mark,
        "calibrated": None
        if found is None
        else {"share": found.share, "ci": found.ci, "seeds": [found.first_seed, found.seeds]},
        "seeds": [first, seeds],
        "drawn_again": evenings.again,
        "broken_off": evenings.broken,
        "baseline": baseline,
        "arms": told,
        "missing": [arm.name for arm in ARMS[1:] if arm not in city.arms],
        "missed": [*scores.missed(told, baseline), *([] if found else ["calibration"])],
        "limits": limits_of(base, terms),
    }
    report = write_report(city.folder / f"arrivals-{site.ground.name}.html", figures, base, rows)
    return {**figures, "report": str(report)}


def calibrate(city: City, seeds: int, say: Say, terms: Terms | None = None) -> dict[str, Any]:
    """Find the handling time that brings the baseline alone to 63.1 % on training seeds, and freeze it if it does."""
    site = site_of(city.osm, city.folder)
    terms = terms or (MADE if city.osm is None else REAL)
    training = range(frozen.TRAINING, frozen.TRAINING + seeds)
    rows = evenings_of(city, site, terms, training, [Arms()], say).rows["baseline"]
    tried = [(terms.handling_s, scores.share(rows))]
    terms = replace(terms, handling_s=frozen.handling_for(rows, terms))
    evenings = evenings_of(city, site, terms, training, [Arms()], say)
    rows = evenings.rows["baseline"]
    share = scores.share(rows)
    tried.append((terms.handling_s, share))
    holds = abs(share - scores.BASELINE) <= frozen.NEAR
    if holds:
        frozen.write(_frozen(site, terms, training, evenings))
    return {"city": site.ground.name, "tried": tried, "frozen": holds, "missed": [] if holds else ["baseline"]}


def _frozen(site: Site, terms: Terms, training: range, evenings: Evenings) -> frozen.Frozen:
    rows = evenings.rows["baseline"]
    low, high = scores.interval(rows)
    return frozen.Frozen(
        name=site.ground.name,
        ground=site.ground.mark,
        sumo=sumo_version(),
        terms=terms,
        first_seed=training.start,
        seeds=len(training),
        share=round(scores.share(rows), 4),
        ci=(round(low, 4), round(high, 4)),
        broken_off=tuple(evenings.broken),
        mark=mark_of(site.ground.mark, terms, with_product=False),
    )


def limits_of(base: list[Row], terms: Terms) -> dict[str, Any]:
    """Where the seven minutes go: what no treatment can touch, and what is driven."""
    times = [one for row in base for one in row.there_s if one is not None]
    fixed_s = terms.handling_s + terms.turnout_s
    late = [one for one in times if one > scores.WITHIN_S]
    return {
        "before_the_wheels_turn_s": fixed_s,
        "driven_p50_s": None if not times else round(sorted(times)[len(times) // 2] - fixed_s, 1),
        "late_by_less_than_60_s": sum(one <= scores.WITHIN_S + 60 for one in late),
        "late": len(late) + sum(one is None for row in base for one in row.there_s),
    }
