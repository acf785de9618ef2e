"""Recovery scores: on which side the boundaries fall, in percent and in mmHg, and that the unknown gives no points."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from charting.recovery import CHECKLISTS, Checklist, RecoveryError, apart, checklist, points

PERCENT, MMHG, PADSS = (checklist(one) for one in ("aldrete_percent", "aldrete_mmhg", "padss"))
EVERY = [pytest.param(one, id=one.id) for one in CHECKLISTS.values()]


def best(of: Checklist) -> dict[str, int]:
    return {row.id: 2 for row in of.rows if row.judged}


def pressure(of: Checklist, sys: float | None, baseline: float | None = 120) -> int | None:
    return points(of, best(of), baseline, sys).rows[of.pressure]


# reference_data.md 7, baseline 120: 96 and 144 are exactly 20 %, 60 and 180 exactly 50 %
@pytest.mark.parametrize(
    ("sys", "percent", "mmhg"),
    [
        (120, 2, 2),
        (96, 2, 1),
        (144, 2, 1),
        (95, 1, 1),
        (145, 1, 1),
        (100, 2, 2),
        (140, 2, 2),
        (99, 2, 1),
        (141, 2, 1),
        (61, 1, 0),
        (179, 1, 0),
        (60, 0, 0),
        (180, 0, 0),
        (59, 0, 0),
        (181, 0, 0),
        (71, 1, 1),
        (70, 1, 0),
        (169, 1, 1),
        (170, 1, 0),
    ],
)
def test_the_aldrete_boundaries(sys: float, percent: int, mmhg: int) -> None:
    assert (pressure(PERCENT, sys), pressure(MMHG, sys)) == (percent, mmhg)


@pytest.mark.parametrize("name", ["padss", "padss_modified"])
@pytest.mark.parametrize(
    ("sys", "expected"), [(96, 2), (144, 2), (95, 1), (145, 1), (72, 1), (168, 1), (71, 0), (169, 0)]
)
def test_the_padss_boundaries(name: str, sys: float, expected: int) -> None:
    assert pressure(checklist(name), sys) == expected


def test_nine_of_ten_is_ready() -> None:
    full = points(PERCENT, best(PERCENT), 120, 120)
    assert (full.total, full.ready, full.missing) == (10, True, ())
    nine = points(PERCENT, best(PERCENT) | {"oxygen": 1}, 120, 120)
    eight = points(PERCENT, best(PERCENT) | {"oxygen": 1}, 120, 150)
    assert (nine.total, nine.ready, eight.total, eight.ready) == (9, True, 8, False)


def test_the_version_is_stored_and_the_working_shown() -> None:
    found = points(MMHG, best(MMHG), 120, 145)
    assert (found.checklist, found.version) == ("aldrete_mmhg", "1995, mmHg")
    assert found.working == "systolic 145 is 25 mmHg from the baseline 120: 1 of 2 points"
    assert points(PERCENT, {}, 120, 144).working == "systolic 144 is 20% from the baseline 120: 2 of 2 points"


@pytest.mark.parametrize(
    ("baseline", "sys", "working"),
    [
        (None, 120, "no points: no baseline pressure"),
        (0, 120, "no points: no baseline pressure"),
        (120, None, "no points: no pressure now"),
        (120, float("nan"), "no points: no pressure now"),
    ],
)
def test_without_a_pressure_there_is_no_total(baseline: float | None, sys: float | None, working: str) -> None:
    found = points(PERCENT, best(PERCENT), baseline, sys)
    assert (found.total, found.ready, found.missing, found.working) == (None, None, ("circulation",), working)


def test_padss_asks_for_all_vital_signs_and_the_lower_counts() -> None:
    assert points(PADSS, best(PADSS) | {"vitals": 1}, 120, 120).rows["vitals"] == 1
    assert points(PADSS, best(PADSS), 120, 150).rows["vitals"] == 1
    unasked = {row: given for row, given in best(PADSS).items() if row != "vitals"}
    assert points(PADSS, unasked, 120, 120).missing == ("vitals",)
    assert points(PADSS, best(PADSS), 120, None).missing == ("vitals",)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"circulation": 2}, "'circulation' is no row of modified Aldrete"),
        ({"gait": 2}, "'gait' is no row of modified Aldrete"),
        ({"activity": 3}, "activity of modified Aldrete .* gives 0, 1 or 2 points, not 3"),
        ({"activity": True}, "gives 0, 1 or 2 points"),
    ],
)
def test_answers_that_cannot_be_are_refused(answers: dict[str, int], sentence: str) -> None:
    with pytest.raises(RecoveryError, match=sentence):
        points(PERCENT, answers, 120, 120)


def test_an_unknown_checklist_names_the_nearest() -> None:
    with pytest.raises(RecoveryError, match="did you mean 'aldrete_percent'"):
        checklist("aldrete_procent")


@pytest.mark.parametrize("of", EVERY)
def test_each_is_five_rows_worth_ten(of: Checklist) -> None:
    assert len({row.id for row in of.rows}) == len(of.rows) == 5
    assert of.pressure in {row.id for row in of.rows}
    assert of.source and of.version and of.ready_from == 9
    assert "exactly" in of.source


@given(st.sampled_from([PERCENT, PADSS]), st.integers(30, 260), st.integers(30, 260))
def test_percent_by_fractions(of: Checklist, baseline: int, sys: int) -> None:
    far = Fraction(abs(sys - baseline) * 100, baseline)
    zero = far >= 50 if of is PERCENT else far > 40
    assert pressure(of, sys, baseline) == (2 if far <= 20 else 0 if zero else 1)


@given(
    st.sampled_from(list(CHECKLISTS.values())),
    st.integers(60, 200),
    st.one_of(st.none(), st.integers(40, 260)),
    st.data(),
)
def test_a_total_is_the_sum_of_known_rows_only(
    of: Checklist, baseline: int, sys: int | None, data: st.DataObject
) -> None:
    given_ = st.one_of(st.none(), st.integers(0, 2))
    answers = {row.id: data.draw(given_) for row in of.rows if row.judged}
    found = points(of, answers, baseline, sys)
    known = [one for one in found.rows.values() if one is not None]
    assert found.total == (sum(known) if len(known) == 5 else None)
    assert (found.ready is None) == bool(found.missing) == (None in answers.values() or sys is None)
    assert points(of, dict(reversed(answers.items())), baseline, sys) == found


def test_apart_needs_two_pressures() -> None:
    assert apart("percent", 120, 144) == 20
    assert apart("mmHg", 120, 96) == 24
    assert [apart("percent", *pair) for pair in ((None, 1), (1, None), (0, 1), (1, 0))] == [None] * 4
