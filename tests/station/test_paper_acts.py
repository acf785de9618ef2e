"""What comes off the paper sheet, as the recorder charts it: marked, at its time, and nothing twice."""

from __future__ import annotations

import pytest
from desk import Desk, restarted

from charting.lines import line
from charting.model import Entry
from station.events import SHIPPED, load_events
from station.recorder.acts import Refusal
from station.recorder.chair import LINES_KEPT
from station.wire.messages import ManualVitals, QuickEvent, Undo

BP = ManualVitals(values={"NIBP_SYS": 132.0, "NIBP_DIA": 84.0, "HR": 78.0}, paper=True)
CALM = QuickEvent(event="sedation", rating=5, paper=True)


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.chair.events = {one.id: one for one in load_events(SHIPPED)}
    made.begin()
    made.clock.at_ns += 30 * 60 * 10**9
    return made


def back(desk: Desk, act: ManualVitals | QuickEvent, minutes: float) -> Entry:
    return desk.chair.handle(act, "N1", desk.now_ns, minutes * 60).last


def test_it_is_charted_at_its_time_and_says_where_it_comes_from(desk: Desk) -> None:
    entry = back(desk, BP, 20)
    assert entry.entered_at_ms - entry.happened_at_ms == 20 * 60_000
    assert entry.payload["paper"] is True and entry.entered_by == "N1"
    assert line(entry).endswith(", from paper (entered 20 min later)")
    assert line(back(desk, CALM, 20)).startswith("sedation (MOAA/S) 5: ")
    assert "paper" not in back(desk, ManualVitals(values={"HR": 80.0}), 5).payload


def test_a_pressure_off_paper_stands_behind_a_later_one(desk: Desk) -> None:
    back(desk, ManualVitals(values={"NIBP_SYS": 150.0, "NIBP_DIA": 90.0}), 2)
    back(desk, BP, 20)
    timed = desk.chair.vitals.cuffs.timed
    assert timed is not None and (timed.sys, timed.dia) == (150.0, 90.0)


def test_the_same_thing_of_the_same_minute_is_charted_once(desk: Desk) -> None:
    back(desk, BP, 20)
    back(desk, CALM, 20)
    before = desk.store.entries()
    with pytest.raises(Refusal, match=r"charted from paper before: typed: .*132/84.*leave it out with -, or empty"):
        back(desk, ManualVitals(values={"NIBP_SYS": 140.0, "NIBP_DIA": 84.0}, paper=True), 20)
    with pytest.raises(Refusal, match="charted from paper before: sedation"):
        back(desk, CALM, 20)
    assert desk.store.entries() == before
    back(desk, BP, 19)
    back(desk, ManualVitals(values={"SPO2": 97.0}, paper=True), 20)  # another thing of that minute
    back(desk, QuickEvent(event="dissociation", rating=0, paper=True), 20)
    back(desk, ManualVitals(values={"HR": 80.0}), 20)  # not from the sheet


def test_it_is_noticed_after_a_restart_too_and_what_was_undone_may_be_typed_again(desk: Desk) -> None:
    back(desk, BP, 20)
    after = restarted(desk)
    with pytest.raises(Refusal, match="charted from paper before"):
        back(after, BP, 20)
    after.act(Undo())
    assert back(after, BP, 20).payload["values"]["HR"] == 78.0


def test_what_was_typed_is_known_behind_any_number_of_other_lines(desk: Desk) -> None:
    typed = back(desk, BP, 20)
    for n in range(LINES_KEPT):
        desk.chair.line_changed("ge_dri", ("lost", "connected")[n % 2], "", desk.now_ns)
    assert typed not in desk.chair.lines
    for here in (desk, restarted(desk)):
        with pytest.raises(Refusal, match="charted from paper before"):
            back(here, BP, 20)
    assert desk.act(Undo()).supersedes == typed.seq
    assert back(desk, BP, 20).payload["values"]["HR"] == 78.0


def test_a_rating_off_paper_counts_for_the_next_one_due(desk: Desk) -> None:
    def seconds() -> float:
        return next(one.in_s for one in desk.chair.owed(desk.now_ns) if one.task == "rating")

    before = seconds()
    back(desk, CALM, 10)
    assert seconds() - before == pytest.approx(20 * 60, abs=1)  # due at 15, now at 20 + 15 minutes


def test_what_was_before_the_session_is_refused(desk: Desk) -> None:
    with pytest.raises(Refusal, match="before the session was opened"):
        back(desk, BP, 31)
