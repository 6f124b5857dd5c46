"""A junction as operators see it."""

from __future__ import annotations

from bongsu.core.signal import PriorityState
from bongsu.desk.priority import Asked
from bongsu.signalling.station import Station
from bongsu.web.junctions import AskShown, PhaseShown, SignalShown, WaitingShown


def shown(station: Station) -> SignalShown:
    """What stands at a junction now."""
    signal, said = station.signal, station.said
    return SignalShown(
        id=station.name,
        name=signal.name if signal is not None else station.name,
        name_en=signal.name_en if signal is not None else "",
        where=signal.where if signal is not None else None,
        trouble=station.trouble,
        mode="" if said is None else said.mode.value,
        phases=() if said is None else tuple(PhaseShown(phase=one.phase, light=one.light) for one in said.phases),
        asks=tuple(_ask(station, asked) for asked in station.table.standing.values()),
        waiting=tuple(
            WaitingShown(unit=one.crossing.unit, incident=one.crossing.incident, why=one.why.value)
            for one in station.waiting
        ),
    )


def _ask(station: Station, asked: Asked) -> AskShown:
    word, crossing = station.words.get(asked.key), asked.crossing
    return AskShown(
        unit=crossing.unit,
        incident=crossing.incident,
        vehicle=crossing.vehicle,
        phase=asked.phase,
        arrives_ms=crossing.arrives_ms,
        leaves_ms=crossing.leaves_ms,
        state=PriorityState.QUEUED if word is None else word.state,
        acknowledged=word is not None and asked.sent_ms is not None,
        green_from_ms=asked.green_from_ms,
    )
