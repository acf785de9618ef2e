"""A protocol's recovery table as criteria, held against what a session knows."""

from __future__ import annotations

import msgspec
import pytest

from charting.discharge import checked
from charting.leaving import Pressure, criteria_of, held
from charting.protocol import Recovery
from charting.protocol_files import load_protocols
from charting.session import Act, Kind, Rated, Scored, State

PROTOCOLS = load_protocols()
MIN = 60_000
STATE = State(
    session="s",
    chair="c",
    opened_ms=0,
    opened_seq=1,
    protocol=PROTOCOLS["iv-standard"],
    baseline=(120.0, 70.0),
    acts=(
        Act(10 * MIN, 2, Kind.INFUSION_STARTED, 52.5, 1.0),
        Act(50 * MIN, 3, Kind.INFUSION_STOPPED),
    ),
)
FINE = msgspec.structs.replace(
    STATE,
    rated=(Rated(60 * MIN, 4, "dissociation", 1),),
    scores=(Scored(61 * MIN, 5, "aldrete_mmhg", 9),),
)
PRESSURE = Pressure(100 * MIN, 130.0, 80.0)


def missing(
    state: State, pressure: Pressure | None = PRESSURE, at_min: float = 110
) -> dict[str, tuple[str, int | None]]:
    """What is missing, by criterion: why, and the earliest minute."""
    return {
        one.criterion.id: (one.missing.why, one.missing.earliest_ms and one.missing.earliest_ms // MIN)
        for one in held(state, pressure, round(at_min * MIN))
        if one.missing is not None
    }


def test_all_is_met_an_hour_after_the_stop() -> None:
    assert missing(FINE) == {}
    assert missing(FINE, at_min=109.5) == {"stay_after_end": ("1 min left", 110)}


def test_what_nobody_charted_is_missing_and_can_be_met_now() -> None:
    found = missing(STATE, None)
    assert found == dict.fromkeys(("aldrete", "dissociation", "pressure"), ("not known yet", 110))


@pytest.mark.parametrize(
    ("pressure", "why"),
    [
        (Pressure(94 * MIN, 130.0, 80.0), "older than 15 min"),
        (Pressure(100 * MIN, 145.0, 80.0), "145 is 20.8 percent from the baseline 120, more than 20"),
        (Pressure(100 * MIN, 144.0, 80.0), None),
        (Pressure(100 * MIN, None, 80.0), "not known yet"),
        (Pressure(49 * MIN, 130.0, 80.0), "counts only from the stop on"),
    ],
)
def test_the_pressure_is_of_the_last_minutes_and_near_its_baseline(pressure: Pressure, why: str | None) -> None:
    assert missing(FINE, pressure).get("pressure", (None,))[0] == why


def test_the_latest_rating_and_score_count_and_one_without_a_total_does_not() -> None:
    later = msgspec.structs.replace(
        FINE,
        rated=(*FINE.rated, Rated(70 * MIN, 6, "dissociation", 2)),
        scores=(*FINE.scores, Scored(71 * MIN, 7, "aldrete_percent", None)),
    )
    assert missing(later) == {"dissociation": ("2, not at most 1", 110)}
    low = msgspec.structs.replace(FINE, scores=(Scored(71 * MIN, 7, "aldrete_percent", 8),))
    assert missing(low) == {"aldrete": ("8, not at least 9", 110)}


def test_a_rating_from_the_infusion_says_nothing_of_the_recovery() -> None:
    before = msgspec.structs.replace(FINE, rated=(Rated(49 * MIN, 4, "dissociation", 0),))
    assert missing(before)["dissociation"][0] == "counts only from the stop on"


def test_without_a_baseline_nobody_can_say_when() -> None:
    assert missing(msgspec.structs.replace(FINE, baseline=None)) == {"pressure": ("no baseline is charted", None)}


def test_while_the_pump_runs_the_stay_has_not_begun() -> None:
    running = msgspec.structs.replace(STATE, acts=STATE.acts[:1])
    assert missing(running)["stay_after_end"] == ("no stop of the infusion is charted", None)


def test_two_hours_count_from_the_start_where_the_protocol_says_so() -> None:
    bolus = msgspec.structs.replace(FINE, protocol=PROTOCOLS["ed-bolus"])
    assert missing(bolus)["stay_after_start"] == ("20 min left", 130)


def test_there_are_no_criteria_before_the_drug_and_without_a_protocol() -> None:
    assert held(msgspec.structs.replace(STATE, acts=()), PRESSURE, 110 * MIN) == ()
    assert held(msgspec.structs.replace(STATE, protocol=None), PRESSURE, 110 * MIN) == ()


@pytest.mark.parametrize("name", sorted(PROTOCOLS))
def test_every_shipped_protocol_gives_criteria_that_can_be_held_against_something(name: str) -> None:
    criteria = criteria_of(PROTOCOLS[name].recovery)
    assert len(checked(criteria)) >= 4
    assert all(one.source == PROTOCOLS[name].recovery.source for one in criteria)


def test_a_table_that_asks_for_little_still_wants_a_pressure() -> None:
    (only,) = criteria_of(Recovery(vitals_window_min=30, source="ours"))
    assert (only.id, only.sentence, only.fresh_min) == ("pressure", "a pressure of the last 30 min", 30)
    full = Recovery(padss_at_least=9, sedation_at_least=5, vitals_window_min=30, source="ours")
    assert [one.id for one in criteria_of(full)] == ["padss", "sedation", "pressure"]


@pytest.mark.parametrize(("event", "scale"), [("sedation", "poss"), ("sedation", "rass"), ("moaas", "poss")])
def test_sedation_by_another_scale_says_nothing_of_the_criterion(event: str, scale: str) -> None:
    recovery = msgspec.structs.replace(PROTOCOLS["iv-standard"].recovery, sedation_at_least=4)
    protocol = msgspec.structs.replace(PROTOCOLS["iv-standard"], recovery=recovery)
    worst = Rated(60 * MIN, 6, event, 4, scale)
    asked = msgspec.structs.replace(FINE, protocol=protocol, rated=(*FINE.rated, worst))
    assert missing(asked) == {"sedation": ("not known yet", 110)}
    sleepy = Rated(59 * MIN, 5, "sedation", 3, "moaas")  # before it, and it stays the one that is known
    both = msgspec.structs.replace(asked, rated=(*FINE.rated, sleepy, worst))
    assert missing(both) == {"sedation": ("3, not at least 4", 110)}
    for one in (Rated(61 * MIN, 7, "sedation", 4, "moaas"), Rated(61 * MIN, 7, "sedation", 4)):
        assert missing(msgspec.structs.replace(both, rated=(*both.rated, one))) == {}
