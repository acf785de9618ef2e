"""Every known observation can be charted at the chair, whether or not the clinic has a key for it."""

from __future__ import annotations

import pytest
from desk import Desk
from test_protocol_tasks import infusing
from test_tasks import EVENTS, in_s, owed

from charting.leaving import facts_of
from charting.lines import line
from charting.observation import OBSERVATIONS, RECOVERY_SYMPTOMS
from station.recorder.acts import Refusal
from station.wire import messages as m


def sitting() -> Desk:
    desk = Desk()
    desk.chair.events = EVENTS
    desk.begin()
    return desk


@pytest.mark.parametrize("name", [name for name in OBSERVATIONS if name != "dissociation"])
def test_each_is_charted_with_its_words_and_version_and_can_be_undone(name: str) -> None:
    desk, one = sitting(), OBSERVATIONS[name]
    entry = desk.act(m.QuickEvent(event=name, rating=one.highest))
    assert entry.payload["values"] == {name: one.highest}
    if name not in EVENTS or one.highest is not None:
        assert (entry.payload["scale"], entry.payload["version"]) == (name, one.version)
    if one.words:
        assert line(entry) == f"{one.text} {one.highest}: {one.words[-1]}"
    assert line(desk.act(m.Undo())).startswith("UNDONE: ")


@pytest.mark.parametrize(
    ("name", "rating"), [("rass", -6), ("rass", 5), ("cadss_total", 93), ("poss", None), ("drowsy", 1)]
)
def test_what_is_out_of_range_is_refused(name: str, rating: int | None) -> None:
    desk = sitting()
    before = len(desk.chair.lines)
    with pytest.raises(Refusal, match="takes"):
        desk.act(m.QuickEvent(event=name, rating=rating))
    assert len(desk.chair.lines) == before


def test_a_tick_of_the_clinic_stays_a_tick_and_takes_a_rating_too() -> None:
    desk = sitting()
    assert line(desk.act(m.QuickEvent(event="nausea"))) == "nausea"
    assert line(desk.act(m.QuickEvent(event="nausea", rating=2))) == "nausea 2: moderate"


def test_an_observation_can_have_been_some_minutes_ago() -> None:
    desk = sitting()
    desk.run(600)
    entry = desk.chair.handle(m.QuickEvent(event="cadss_total", rating=31), "N1", desk.now_ns, 300.0).last
    assert line(entry) == "dissociation (CADSS total) 31 (entered 5 min later)"


def test_any_sedation_scale_ends_a_sedation_task_and_moaas_counts_for_leaving() -> None:
    desk = infusing("iv-standard")
    desk.run(600)
    for name, rating in (("rass", 0), ("poss", 1), ("moaas", 5)):
        desk.run(10)
        desk.act(m.QuickEvent(event=name, rating=rating))
        assert in_s(desk, "rating") == 900
    assert desk.chair.state is not None
    assert facts_of(desk.chair.state, None, 0).last["sedation"].value == 5


def test_the_symptoms_of_the_first_hours_are_all_there() -> None:
    assert {"blurred_vision", "drowsy", "dizzy", "headache", "nausea", "unreal"} == set(RECOVERY_SYMPTOMS)
    assert set(RECOVERY_SYMPTOMS) <= set(OBSERVATIONS)
    assert owed(sitting(), "no such task") is None
