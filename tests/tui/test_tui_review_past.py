"""Looking back, without a screen: any moment of a session is what had happened by then; a search finds the session."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest
from review_makers import FIRST, SECOND, T0_MS, chained, drafts, ledger, measured

from charting.ledger.errors import LedgerError
from charting.session import Phase
from station.tui.review import value_rows, window
from station.tui.review_past import Past, matching, past, read_list, read_past
from station.wire.messages import TYPED

PAST = past(chained(drafts()), measured(60))


def at(seconds: float) -> int:
    return T0_MS + int(seconds * 1000)


def words(made: Past, at_s: float, width: int = 90) -> str:
    return "\n".join("".join(span.text for span in row) for row in value_rows(made.at(at(at_s)), made, width))


def test_a_moment_has_the_last_value_of_each_metric_and_its_age() -> None:
    moment = PAST.at(at(7.5))
    assert moment.readings["HR"][:2] == (at(7), 87.0)
    assert moment.readings["NIBP_SYS"][:2] == (at(5), 128.0)
    assert PAST.at(at(-1)).readings == {}
    seen = words(PAST, 30)
    assert "128/78 (95)" in seen and "25 s" in seen


def test_a_value_that_had_ended_is_not_shown() -> None:
    assert "97 %" in words(PAST, 5)
    later = words(PAST, 30)
    assert "97 %" not in later and "---" in later and "not avail" in later


def test_typed_values_are_values() -> None:
    reading = PAST.at(at(1300)).readings["HR"]
    assert (reading.value, reading.source, reading.at_ms) == (99.0, TYPED, at(1200))
    (row,) = [line for line in words(PAST, 1300, 33).split("\n") if "HR" in line]
    assert row.split() == ["HR", "99", "/min", "typed", "1", "min", "40", "s"]
    assert "typed" not in words(PAST, 1100)


@pytest.mark.parametrize(
    ("at_s", "phase", "mg"),
    [
        (599, Phase.BASELINE, 0),
        (600, Phase.INFUSING, 0),
        (1200, Phase.INFUSING, 10),
        (1800, Phase.RECOVERY, 20),
        (2399, Phase.RECOVERY, 20),
        (2400, Phase.CLOSED, 20),
    ],
)
def test_phase_and_dose_are_those_of_the_moment(at_s: float, phase: Phase, mg: float) -> None:
    moment = PAST.at(at(at_s))
    assert (moment.phase, moment.given.mg) == (phase, pytest.approx(mg))


@pytest.mark.parametrize(("at_s", "standing"), [(899, 0), (900, 1), (930, 1), (960, 0)])
def test_alarms_stand_from_their_beginning_to_their_end(at_s: float, standing: int) -> None:
    assert PAST.at(at(at_s)).alarms == (("high", "SpO2 86 below 90"),) * standing


def test_what_was_replaced_is_listed_as_such_and_counts_for_nothing() -> None:
    assert [t.text for t in PAST.told if t.replaced] == ["comfortable"]
    undone = chained([*drafts()[:9], *drafts()[9:]])
    wrong = [e if e.seq != 8 else type(e)(**{f: getattr(e, f) for f in e.__struct_fields__} | {"supersedes": 9})
             for e in undone]  # fmt: skip
    assert past(wrong, []).at(at(1300)).readings == {}  # the typed vitals were undone


def test_the_list_is_in_the_order_in_which_things_happened() -> None:
    assert [t.at_ms for t in PAST.told] == sorted(t.at_ms for t in PAST.told)
    assert PAST.told[PAST.told_by(at(700))].text.startswith("infusion started")
    assert PAST.told_by(at(-5)) == 0
    assert [t.number for t in PAST.told if t.number] == [1, 3, 4, 5]  # what was replaced leaves its number


def test_no_session_is_no_past() -> None:
    with pytest.raises(ValueError, match="opens"):
        past([], [])


def test_search_is_over_patient_identifier_date_chair_and_name(tmp_path: Path) -> None:
    found = read_list(ledger(tmp_path / "l.db"))
    assert [one.session for one in found] == [SECOND, FIRST]  # newest first
    for said, names in (
        ("", [SECOND, FIRST]),
        ("test", [FIRST]),
        ("r-77", [SECOND]),
        ("2026-01-01", [SECOND, FIRST]),
        ("other 2026", [SECOND]),
        ("bbbb", [SECOND]),
        ("nobody", []),
        ("[/]", []),
        ("%", []),
    ):
        assert [one.session for one in matching(found, said, UTC)] == names, said


def test_a_file_that_is_none_says_so(tmp_path: Path) -> None:
    with pytest.raises(LedgerError):
        read_list(tmp_path / "none.db")
    (tmp_path / "x.db").write_text("no ledger" * 200)
    with pytest.raises(LedgerError):
        read_past(tmp_path / "x.db", FIRST)


def test_reading_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = ledger(tmp_path / "l.db")
    before = path.read_bytes()
    path.chmod(0o400)
    assert read_past(path, FIRST).state.patient == "TEST, A."
    assert path.read_bytes() == before


def test_any_moment_of_two_hours_is_there(tmp_path: Path) -> None:
    made = read_past(ledger(tmp_path / "l.db", seconds=7200), FIRST)
    assert all(made.at(at(seconds)).readings for seconds in (60, 3600, 7100))


@pytest.mark.parametrize(
    ("count", "cursor", "first"), [(0, 0, 0), (5, 4, 0), (100, 0, 0), (100, 50, 45), (100, 99, 90)]
)
def test_the_cursor_is_always_in_the_window(count: int, cursor: int, first: int) -> None:
    shown = window(count, cursor, 10)
    assert shown.start == first and len(shown) == min(10, count)
    assert not count or cursor in shown
