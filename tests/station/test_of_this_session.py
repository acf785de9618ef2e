"""What is shown and said of a session is of this one: its entries, its lines, its dose up to now, what was undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk

from charting.lines import line
from charting.summary import summary, words
from station.recorder.view import chair_view
from station.sessions import show
from station.wire import messages as m

SURE = {m.WHATEVER: ""}


def test_entries_of_the_patient_before_are_gone() -> None:
    desk = Desk()
    desk.begin(start=False)
    desk.act(m.Note(text="of the first"))
    desk.act(m.CloseSession(reason="home", confirmed=SURE))
    assert "of the first" in [one.text for one in view(desk).lines]  # nobody new is there yet
    desk.begin(start=False)
    assert [one.text.split(",")[0] for one in view(desk).lines][-1] == "session opened"
    assert not [one for one in view(desk).lines if "of the first" in one.text or "closed" in one.text]


def view(desk: Desk) -> m.ChairView:
    return chair_view(desk.chair, desk.now_ns, desk.clock.utc_ms(desk.now_ns), 999)


def test_a_device_ends_the_alarm_of_the_chair_that_had_none() -> None:
    before = Desk()
    before.chair.sources = ()
    before.begin(start=False)
    before.run(10)
    assert "No data from any monitor" in standing(before)
    before.journal.commit()
    after = Desk()
    after.clock.at_ns = before.now_ns + 10 * 10**9
    after.chair.resume(before.store.entries(before.store.open_sessions()[0]), [], after.now_ns)
    assert "No data from any monitor" in standing(after)
    after.run(3, HR=72.0)
    assert "No data from any monitor" not in standing(after)


def standing(desk: Desk) -> list[str]:
    return [one.text for one in view(desk).alarms if one.state != "LATCHED"]


def test_the_summary_of_an_open_session_is_as_of_its_last_row() -> None:
    desk = Desk()
    desk.begin()
    desk.run(600, HR=72.0)
    desk.journal.commit()
    session = desk.store.open_sessions()[0]
    said = " ".join(words(summary(desk.store.entries(session), desk.store.numerics(session))))
    assert "infusing at 00:09:59 UTC, the last that is charted" in said
    assert "Delivered 8.7 mg" in said


def test_what_was_undone_is_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "l.db"
    desk = Desk(ledger=path)
    desk.begin()
    note = desk.act(m.Note(text="wrong chair"))
    desk.act(m.Undo())
    desk.journal.commit()
    desk.store.close()
    assert show(path, None) == 0
    told = capsys.readouterr().out
    assert f"{note.seq:>6}  [replaced] {line(note)}" in told and told.count("[replaced]") == 1
