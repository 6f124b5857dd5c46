"""Judges what a run found: every figure beside its limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bongsu.drills.faults.findings import Findings
from bongsu.drills.faults.plan import RECOVERY_P99_S
from bongsu.drills.faults.victims import Kill, Victim
from bongsu.drills.measure import percentile
from bongsu.drills.outcome import Outcome, Row

PARTS = (Victim.CORE, Victim.VIDEO, Victim.PARTNER, Victim.DATABASE)
"""The parts whose death the platform outlives; the parent and the whole tree are told beside them."""
EXAMPLES = 20


def report(found: Findings) -> Outcome:
    """Figures and rows of a finished run."""
    figures = figures_of(found)
    return Outcome(name="faults", figures=figures, rows=(*_promises(figures), *_proofs(found, figures)))


def figures_of(found: Findings) -> dict[str, Any]:
    """What the drill prints as JSON; times in seconds."""
    books = found.books
    kills = found.killed.kills if found.killed else ()
    wrong = {word: [one for b in books.values() for one in getattr(b.balance, word)] for word in WRONGS}
    return {
        "kills": len(kills),
        "power_cuts": len(found.cuts.cuts) if found.cuts else 0,
        "partitions": len(found.partitions.partitions) if found.partitions else 0,
        "acknowledged": sum(b.acknowledged for b in books.values()),
        "readings": sum(b.readings for b in books.values()),
        **{word: len(listed) for word, listed in wrong.items()},
        "bad_variants_caught": sum(variant.caught for variant in found.variants),
        "bad_variants_tried": len(found.variants),
        "bad_variants": {variant.name: variant.by for variant in found.variants},
        **_by_victim(kills),
        **_phases(found),
        "requests": sum(b.requests for b in books.values()),
        "delivered_again": sum(b.delivered_again for b in books.values()),
        "signed_out": sum(b.signed_out for b in books.values()),
        "refused": sum(b.refused for b in books.values()),
        "wrong": {word: listed[:EXAMPLES] for word, listed in wrong.items() if listed},
        "left_out": found.left_out,
        "database": "PostgreSQL" if found.plan.dsn else "SQLite",
        "seed": found.plan.seed,
        "seconds": found.seconds,
    }


def _by_victim(kills: Sequence[Kill]) -> dict[str, Any]:
    """How often each part was killed and how long it took until reports were accepted again."""
    victims = Counter(str(kill.victim) for kill in kills)
    return {
        "recovery_s": recovery([kill.recovery_s for kill in kills if kill.victim in PARTS]),
        "victims": dict(victims),
        "recovery_by_victim_s": {
            victim: recovery([kill.recovery_s for kill in kills if kill.victim == victim]) for victim in victims
        },
    }


WRONGS = ("lost", "doubled", "ghosts")


def recovery(seconds: Sequence[float]) -> dict[str, float]:
    """p50 and p99 (nearest rank), in seconds."""
    return {"p50": round(percentile(seconds, 0.5), 2), "p99": round(percentile(seconds, 0.99), 2)}


def _phases(found: Findings) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if found.cuts:
        lost = [cut.losses for cut in found.cuts.cuts]
        told["power_cut_recovery_s"] = recovery([cut.recovery_s for cut in found.cuts.cuts])
        told["power_cut_lost"] = {
            word: sum(getattr(losses, word) for losses in lost) for word in ("pages", "torn", "lengths", "names")
        }
        told["disk_full"] = found.cuts.full
    if found.partitions:
        told["partition"] = {
            "line": found.partitions.kind,
            "recovery_s": recovery([one.recovery_s for one in found.partitions.partitions]),
            "expired": found.partitions.expired,
            "neighbour_p99_s": found.partitions.neighbour_p99_s,
        }
    return told


def _promises(told: dict[str, Any]) -> tuple[Row, ...]:
    return (
        Row(name="kills", value=told["kills"]),
        Row(name="power cuts", value=told["power_cuts"]),
        Row(name="silent partitions", value=told["partitions"]),
        Row(name="acknowledged", value=told["acknowledged"]),
        Row(name="readings acknowledged", value=told["readings"]),
        Row(name="lost", value=told["lost"], limit=0),
        Row(name="doubled", value=told["doubled"], limit=0),
        Row(name="ghosts", value=told["ghosts"], limit=0),
        Row(name="refused for good", value=told["refused"], limit=0),
        Row(name="sessions lost", value=told["signed_out"], limit=0),
        *_recoveries(told),
    )


def _recoveries(told: dict[str, Any]) -> tuple[Row, ...]:
    """From a kill to the next accepted report; nothing where nobody was killed."""
    if not any(victim in told["victims"] for victim in PARTS):
        return ()
    return (
        Row(name="recovery p50", value=told["recovery_s"]["p50"], unit="s"),
        Row(name="recovery p99", value=told["recovery_s"]["p99"], limit=RECOVERY_P99_S, unit="s"),
    )


def _proofs(found: Findings, told: dict[str, Any]) -> tuple[Row, ...]:
    kills = found.killed.kills if found.killed else ()
    cuts = found.cuts.cuts if found.cuts else ()
    silences = found.partitions.partitions if found.partitions else ()
    proven = [kill.gone and kill.fresh for kill in kills] + [cut.gone for cut in cuts]
    rows = [
        Row(name="every fault really happened", value=all([*proven, *(one.proven for one in silences)]), limit=True),
        Row(name="replay gives the board again", value=all(b.folds_alike for b in found.books.values()), limit=True),
        Row(name="every request settled", value=all(b.unsettled == 0 for b in found.books.values()), limit=True),
        Row(name="every report answered", value=all(b.unanswered == 0 for b in found.books.values()), limit=True),
    ]
    if found.cuts:
        rows.append(Row(name="starts after every power cut", value=found.cuts.came_back, limit=True))
    if found.cuts and found.cuts.full:
        full = found.cuts.full
        rows.append(Row(name="a full disk refuses by name", value=full.named > 0, limit=True))
        rows.append(Row(name="video stays on a full disk", value=full.video_stayed, limit=True))
        rows.append(Row(name="room again → taken again", value=round(full.recovery_s, 2), limit=5.0, unit="s"))
    caught = told["bad_variants_caught"] == told["bad_variants_tried"]
    rows.append(Row(name="bad variants caught", value=caught, limit=True))
    return tuple(rows)
