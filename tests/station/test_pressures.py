"""Typed and measured pressures: what stands on the screen, in the alarms and in the baseline is what the chart says."""

from __future__ import annotations

import pytest
from desk import Desk, restarted

from charting.model import Kind
from drivers.core.measurement import Validity
from station.clock import NS
from station.recorder.view import chair_view
from station.script import SURE
from station.wire import messages as m


def typed(sys_mmhg: float, dia_mmhg: float = 80) -> m.ManualVitals:
    return m.ManualVitals(values={"NIBP_SYS": sys_mmhg, "NIBP_DIA": dia_mmhg})


def measured(desk: Desk, sys_mmhg: float, validity: Validity = Validity.VALID) -> None:
    """A cuff's reading, in one record with a rate that has a time of its own."""
    desk.say(validity=validity, NIBP_SYS=sys_mmhg, NIBP_DIA=80, NIBP_MEAN=93, HR=70)


def view(desk: Desk) -> m.ChairView:
    return chair_view(desk.chair, desk.now_ns, desk.clock.utc_ms(desk.now_ns), desk.journal.saved_seq)


def shown(desk: Desk) -> tuple[float | None, str, str, bool]:
    """Systolic, its validity and source, and whether it is dimmed."""
    one = next(n for n in view(desk).numbers if n.metric == "NIBP_SYS")
    return one.value, one.validity, one.source, one.dimmed


def alarm(desk: Desk) -> str:
    return next((s.state for s in desk.chair.engine.standing() if s.condition == "NIBP_HIGH"), "INACTIVE")


def same_after_restart(desk: Desk) -> None:
    after = restarted(desk)
    assert shown(after) == shown(desk)
    assert view(after).prepared.readings == view(desk).prepared.readings
    for one in (desk, after):
        one.run(1)
    assert standing(after) == standing(desk)


def standing(desk: Desk) -> set[tuple[str, str, str, str]]:
    """The alarms by the pressure, as they stand."""
    alarms = desk.chair.engine.standing()
    return {(s.condition, s.state, s.frozen, s.text) for s in alarms if s.condition.startswith("NIBP")}


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.begin(start=False)
    made.run(60)
    return made


def test_undo_takes_the_typed_reading_out_of_the_baseline_and_leaves_the_measured_one(desk: Desk) -> None:
    desk.act(typed(190))
    desk.run(10)
    measured(desk, 120)
    desk.act(m.Undo())
    assert view(desk).prepared.readings == ((120, 80),)
    assert shown(desk)[0] == 120
    same_after_restart(desk)


def test_what_was_typed_and_undone_twice_is_gone_from_screen_and_alarms(desk: Desk) -> None:
    desk.act(typed(190))
    desk.run(1)
    desk.act(typed(210))
    desk.run(1)
    assert alarm(desk) == "ACTIVE_UNACK"
    desk.act(m.Undo())
    assert shown(desk)[0] == 190
    desk.act(m.Undo())
    assert (shown(desk)[0], view(desk).prepared.readings) == (None, ())
    desk.run(1)
    assert alarm(desk) == "HELD"  # nothing says that the pressure is well, nothing says any more that it is high
    same_after_restart(desk)


def test_undo_in_one_breath_raises_no_alarm(desk: Desk) -> None:
    for sys_mmhg in (190, 210):
        desk.act(typed(sys_mmhg))
    desk.act(m.Undo())
    desk.act(m.Undo())
    assert "NIBP_HIGH" not in {t.condition for t in desk.run(30)}


def test_a_typed_reading_is_typed_and_can_be_undone_after_a_restart(desk: Desk) -> None:
    measured(desk, 122)
    desk.run(10)
    desk.act(typed(228))
    assert shown(desk) == (228, "valid", "typed", False)
    after = restarted(desk)
    assert shown(after) == (228, "valid", "typed", False)
    after.act(m.Undo())
    assert shown(after) == (122, "valid", "ge_dri", False)
    assert "NIBP_HIGH" not in {t.condition for t in after.run(30)}


@pytest.mark.parametrize("ago_s", [540, 90])
def test_a_back_dated_reading_is_an_older_one(desk: Desk, ago_s: float) -> None:
    desk.run(600)
    measured(desk, 195)
    desk.run(60)
    assert alarm(desk) == "ACTIVE_UNACK"
    for _ in range(3):
        desk.chair.handle(typed(120), "N1", desk.now_ns, ago_s=ago_s)
    assert shown(desk) == (195, "valid", "ge_dri", False)
    desk.run(1)
    assert alarm(desk) == "ACTIVE_UNACK"
    assert view(desk).prepared.readings == ((120, 80),) * 3 + ((195, 80),)
    same_after_restart(desk)


def test_undoing_a_typed_reading_is_no_evidence_that_the_pressure_is_well(desk: Desk) -> None:
    measured(desk, 195)
    desk.run(10)
    measured(desk, 120)  # one good reading; the alarm is over after two
    desk.run(1)
    desk.act(typed(228))
    desk.run(1)
    desk.act(m.Undo())
    desk.run(30)
    assert alarm(desk) == "ACTIVE_UNACK"
    measured(desk, 121)
    desk.run(30)
    assert alarm(desk) == "LATCHED"


def test_what_was_taken_back_counts_nowhere_among_the_good_readings(desk: Desk) -> None:
    measured(desk, 195)
    desk.run(10)
    for sys_mmhg in (190, 121, 120):
        desk.act(typed(sys_mmhg))
        desk.act(m.Undo())
    measured(desk, 120)
    desk.run(30)
    assert alarm(desk) == "ACTIVE_UNACK"
    desk.chair.handle(typed(122), "N1", desk.now_ns, ago_s=60)  # before the good one: no second good one
    desk.run(30)
    assert alarm(desk) == "ACTIVE_UNACK"
    measured(desk, 121)
    desk.run(30)
    assert alarm(desk) == "LATCHED"


def test_after_a_restart_a_high_typed_reading_needs_its_good_ones(desk: Desk) -> None:
    for sys_mmhg in (120, 122, 124):
        measured(desk, sys_mmhg)
        desk.run(10)
    desk.act(typed(195))
    desk.run(10)
    after = restarted(desk)
    after.run(1)
    measured(after, 120)
    after.run(30)
    assert alarm(after) == "ACTIVE_UNACK"
    measured(after, 121)
    after.run(30)
    assert alarm(after) == "LATCHED"


@pytest.mark.parametrize("high", [True, False])
@pytest.mark.parametrize("acknowledged", [True, False])
def test_one_good_reading_and_a_restart_do_not_end_the_alarm(desk: Desk, high: bool, acknowledged: bool) -> None:
    for _ in range(5):  # so many before, that a count from 0 would be far off
        measured(desk, 120)
        desk.run(10)
    measured(desk, 186 if high else 86)
    desk.run(5)
    if acknowledged:
        desk.act(m.Acknowledge())
    desk.run(60)
    measured(desk, 130)
    desk.run(5)
    same_after_restart(desk)
    after = restarted(restarted(desk))
    after.run(5)
    assert {c for c, *_ in standing(after)} == {"NIBP_HIGH" if high else "NIBP_LOW"}
    measured(after, 130, Validity.QUESTIONABLE)  # the same reading, found on display
    after.run(5)
    assert {c for c, *_ in standing(after)} == {"NIBP_HIGH" if high else "NIBP_LOW"}
    measured(after, 131)
    after.run(5)
    assert {(s, f) for _, s, f, _ in standing(after)} == (set() if acknowledged else {("LATCHED", "")})


def test_a_reading_of_unknown_age_stays_one_after_a_restart(desk: Desk) -> None:
    measured(desk, 131, Validity.QUESTIONABLE)
    assert shown(desk) == (131, "questionable", "ge_dri", True)
    assert view(desk).prepared.readings == ()
    same_after_restart(desk)


def test_a_reading_of_unknown_age_leaves_the_pressure_due_when_the_last_timed_one_says(desk: Desk) -> None:
    measured(desk, 120)
    desk.run(60)
    measured(desk, 120, Validity.QUESTIONABLE)
    assert next(d.in_s for d in view(desk).due if d.text == "blood pressure") == 240


def test_the_next_patient_has_no_pressure_of_the_one_before(desk: Desk) -> None:
    desk.act(typed(190))
    desk.act(m.CloseSession(reason="home"))
    desk.begin(start=False)
    assert shown(desk)[0] is None
    assert next(d.in_s for d in view(desk).due if d.text == "blood pressure") == 300


def test_what_the_cuff_read_before_the_session_stands_again_after_an_undo() -> None:
    desk = Desk()
    measured(desk, 124)
    desk.run(10)
    desk.begin(start=False)
    desk.act(typed(218))
    desk.act(m.Undo())
    assert shown(desk) == (124, "valid", "ge_dri", False)
    assert view(desk).prepared.readings == ()


def test_an_undone_start_leaves_no_baseline(desk: Desk) -> None:
    for sys_mmhg in (120, 122):
        desk.act(typed(sys_mmhg))
        desk.run(5)
    desk.act(m.StartInfusion(confirmed=SURE))
    desk.act(m.Undo())
    assert view(desk).baseline is None
    desk.act(m.Undo())
    desk.act(m.StartInfusion(confirmed=SURE))
    desk.run(1)
    assert view(desk).baseline is view(restarted(desk)).baseline is None
    assert "NO_BASELINE" in {s.condition for s in desk.chair.engine.standing()}


def test_a_back_dated_start_freezes_only_what_was_read_before_it(desk: Desk) -> None:
    for sys_mmhg in (120, 122):
        measured(desk, sys_mmhg)
        desk.run(60)
    desk.clock.at_ns += 120 * NS
    measured(desk, 170)
    desk.run(1)
    desk.chair.handle(m.StartInfusion(confirmed=SURE), "N1", desk.now_ns, ago_s=120)
    desk.journal.commit()
    (frozen,) = (e.payload for e in desk.store.entries() if e.kind is Kind.BASELINE)
    assert frozen == {"sys": 121, "dia": 80, "readings": 2}
    assert view(desk).prepared.readings == ((120, 80), (122, 80))
    same_after_restart(desk)
