"""Discharge criteria: what is missing and from when on it can be met; the unknown is never met."""

from __future__ import annotations

import tomllib

import msgspec
import pytest
from hypothesis import given, strategies as st

from charting.discharge import Criterion, DischargeError, Facts, Known, Missing, checked, missing

MIN = 60_000
START, STOP = 10 * MIN, 50 * MIN
# as a clinic would write them in its protocol
WRITTEN = """
[[discharge]]
id = "stay"
sentence = "stayed as long as the protocol asks"
met_by = "elapsed"
source = "CPSBC: 60 min"

[[discharge]]
id = "label"
sentence = "two hours since the start"
met_by = "elapsed"
since = "start"
minutes = 120
source = "esketamine label"

[[discharge]]
id = "pressure"
sentence = "systolic pressure within 20 % of the baseline"
met_by = "baseline"
of = "NIBP_SYS"
percent = 20
fresh_min = 15
source = "clinic"

[[discharge]]
id = "sedation"
sentence = "awake (MOAA/S 5)"
met_by = "value"
of = "moaas"
at_least = 5
minutes = 30
source = "clinic"

[[discharge]]
id = "dissociation"
sentence = "dissociation at most 1 of 4"
met_by = "value"
of = "dissociation"
at_most = 1
source = "clinic"

[[discharge]]
id = "score"
sentence = "modified Aldrete 9 or more"
met_by = "value"
of = "aldrete_percent"
at_least = 9
source = "Aldrete 1995"

[[discharge]]
id = "escort"
sentence = "somebody takes the patient home"
met_by = "confirmed"
of = "escort"
since = ""
source = "CPSBC"
"""
CLINIC = checked(msgspec.convert(tomllib.loads(WRITTEN)["discharge"], tuple[Criterion, ...]))
BY_ID = {one.id: one for one in CLINIC}
LATE = 140 * MIN
GOOD = {
    "NIBP_SYS": Known(LATE - MIN, 130),
    "moaas": Known(LATE - MIN, 5),
    "dissociation": Known(LATE - MIN, 1),
    "aldrete_percent": Known(LATE - MIN, 9),
    "escort": Known(START, 1),
}


def facts(now_ms: int = LATE, **changed: object) -> Facts:
    known = Facts(now_ms=now_ms, start_ms=START, stop_ms=STOP, stay_min=60, last=dict(GOOD), baseline={"NIBP_SYS": 120})
    return msgspec.structs.replace(known, **changed)


def one(criterion: str, known: Facts) -> Missing | None:
    found = missing([BY_ID[criterion]], known)
    return found[0] if found else None


def test_nothing_is_missing_when_all_is_known_and_good() -> None:
    assert missing(CLINIC, facts()) == ()


def test_nothing_known_is_all_missing() -> None:
    found = missing(CLINIC, Facts(now_ms=LATE))
    assert {m.id for m in found} == set(BY_ID)
    assert [m.earliest_ms for m in found] == [LATE, *[None] * 6]  # only the escort can be said now


def test_what_is_missing_is_sorted_by_when_it_can_be_met() -> None:
    found = missing(CLINIC, facts(now_ms=60 * MIN, last={"escort": Known(START, 1)}))
    assert [(m.id, m.earliest_ms) for m in found] == [
        ("pressure", 60 * MIN),
        ("dissociation", 60 * MIN),
        ("score", 60 * MIN),
        ("sedation", STOP + 30 * MIN),
        ("stay", STOP + 60 * MIN),
        ("label", START + 120 * MIN),
    ]


@pytest.mark.parametrize(
    ("now_ms", "why"),
    [(STOP, "60 min left"), (STOP + 59 * MIN + 1, "1 min left"), (STOP + 60 * MIN - 1, "1 min left")],
)
def test_a_stay_counts_down(now_ms: int, why: str) -> None:
    assert one("stay", facts(now_ms=now_ms)) == Missing("stay", BY_ID["stay"].sentence, why, STOP + 60 * MIN)


def test_a_stay_is_met_on_the_minute() -> None:
    assert one("stay", facts(now_ms=STOP + 60 * MIN)) is None


@pytest.mark.parametrize(
    ("criterion", "changed", "why", "earliest_ms"),
    [
        ("stay", {"stay_min": None}, "the protocol gives no minimum stay", None),
        ("stay", {"stop_ms": None}, "no stop of the infusion is charted", None),
        ("label", {"start_ms": None}, "no start of the infusion is charted", None),
        ("pressure", {"baseline": {}}, "no baseline is charted", None),
        ("pressure", {"last": {}}, "not known yet", LATE),
        ("pressure", {"last": {"NIBP_SYS": Known(STOP - 1, 120)}}, "counts only from the stop on", LATE),
        ("pressure", {"last": {"NIBP_SYS": Known(LATE - 15 * MIN - 1, 120)}}, "older than 15 min", LATE),
        (
            "pressure",
            {"last": {"NIBP_SYS": Known(LATE, 145)}},
            "145 is 20.8 percent from the baseline 120, more than 20",
            LATE,
        ),
        ("pressure", {"last": {"NIBP_SYS": Known(LATE, 0)}}, "no pressure to compare", LATE),
        ("pressure", {"last": {"NIBP_SYS": Known(LATE, float("nan"))}}, "not known yet", LATE),
        ("sedation", {"last": {"moaas": Known(LATE, 4)}}, "4, not at least 5", LATE),
        ("sedation", {"last": {"moaas": Known(LATE + 1, 5)}}, "not known yet", LATE),
        (
            "sedation",
            {"last": {"moaas": Known(STOP + 29 * MIN, 5)}},
            "counts only from 30 min after the stop on",
            LATE,
        ),
        ("dissociation", {"last": {"dissociation": Known(LATE, 2)}}, "2, not at most 1", LATE),
        ("score", {"last": {"aldrete_percent": Known(LATE, 8)}}, "8, not at least 9", LATE),
        ("escort", {"last": {}}, "not known yet", LATE),
        ("escort", {"last": {"escort": Known(LATE, 0)}}, "answered no", LATE),
    ],
)
def test_each_says_why_and_when(criterion: str, changed: dict[str, object], why: str, earliest_ms: int | None) -> None:
    assert one(criterion, facts(**changed)) == Missing(criterion, BY_ID[criterion].sentence, why, earliest_ms)


@pytest.mark.parametrize(("sys", "met"), [(96, True), (144, True), (95, False), (145, False)])
def test_exactly_the_percentage_is_within(sys: float, met: bool) -> None:
    assert (one("pressure", facts(last={"NIBP_SYS": Known(LATE, sys)})) is None) is met


def test_a_value_is_fresh_up_to_its_last_minute() -> None:
    assert one("pressure", facts(last={"NIBP_SYS": Known(LATE - 15 * MIN, 120)})) is None


def test_the_distance_may_be_in_mmhg() -> None:
    criterion = msgspec.structs.replace(BY_ID["pressure"], percent=None, mmhg=20)
    near, far = (missing([criterion], facts(last={"NIBP_SYS": Known(LATE, sys)})) for sys in (140, 141))
    assert (near, far[0].why) == ((), "141 is 21 mmHg from the baseline 120, more than 20")


@pytest.mark.parametrize(
    ("criterion", "changed", "sentence"),
    [
        ("stay", {"since": ""}, "time counts since start or stop"),
        ("stay", {"minutes": -1}, "minutes lie between 0 and 1440"),
        ("stay", {"sentence": " "}, "id, sentence and source are all needed"),
        ("stay", {"source": ""}, "id, sentence and source are all needed"),
        ("sedation", {"of": ""}, "say of what"),
        ("sedation", {"at_least": None}, "give at_least, at_most or both"),
        ("sedation", {"at_most": 4.0}, "at_least is above at_most"),
        ("sedation", {"since": ""}, "minutes need since"),
        ("pressure", {"mmhg": 20.0}, "give percent or mmhg, one of them"),
        ("pressure", {"percent": None}, "give percent or mmhg, one of them"),
        ("escort", {"of": "\x1b"}, "say of what"),
    ],
)
def test_criteria_that_cannot_be_held_against_anything(
    criterion: str, changed: dict[str, object], sentence: str
) -> None:
    with pytest.raises(DischargeError, match=sentence):
        checked([msgspec.structs.replace(BY_ID[criterion], **changed)])


def test_a_criterion_stands_once() -> None:
    with pytest.raises(DischargeError, match="'stay' is given twice"):
        checked([BY_ID["stay"], BY_ID["stay"]])


def test_a_sentence_is_cleaned() -> None:
    assert checked([msgspec.structs.replace(BY_ID["stay"], sentence="stay\x1b\n here")])[0].sentence == "stay here"


@given(st.sets(st.sampled_from(sorted(GOOD))), st.integers(0, 300))
def test_less_known_is_never_less_missing(known: set[str], minute: int) -> None:
    now_ms = minute * MIN
    some = facts(now_ms=now_ms, last={name: value for name, value in GOOD.items() if name in known})
    lacking = {m.id for m in missing(CLINIC, facts(now_ms=now_ms))}
    assert lacking <= {m.id for m in missing(CLINIC, some)}
    unknown = {c.id for c in CLINIC if c.of and c.of not in known}
    assert unknown <= {m.id for m in missing(CLINIC, some)}


@given(st.integers(0, 300))
def test_times_are_never_in_the_past_and_sorted(minute: int) -> None:
    found = missing(CLINIC, facts(now_ms=minute * MIN))
    times = [m.earliest_ms for m in found if m.earliest_ms is not None]
    assert times == sorted(times)
    assert all(at_ms >= minute * MIN for at_ms in times)


@given(st.permutations(CLINIC), st.integers(0, 300))
def test_the_order_in_the_protocol_changes_only_ties(criteria: list[Criterion], minute: int) -> None:
    known = facts(now_ms=minute * MIN)
    assert set(missing(criteria, known)) == set(missing(CLINIC, known))
