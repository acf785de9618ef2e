"""Acts at the chair: quick events, back-dating, undo as a visible correction, patient away, emergency."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from desk import Desk

from charting.lines import line
from charting.model import Kind
from charting.session import Phase, fold
from station.errors import Trouble
from station.events import Event, check, load_events
from station.recorder.acts import Refusal
from station.wire import messages as m

AWAY = m.Away(reason="toilet", minutes=5)
EVENTS = {e.id: e for e in load_events(Path("nowhere"))}


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.chair.events = EVENTS
    made.begin()
    made.run(60)
    return made


def entries(desk: Desk) -> list[str]:
    desk.journal.commit()
    return [line(e) for e in desk.store.entries()]


def test_a_quick_event_is_one_entry(desk: Desk) -> None:
    entry = desk.act(m.QuickEvent(event="nausea"))
    assert (entry.kind, entry.payload["values"]) == (Kind.OBSERVATION, {"nausea": None})
    assert line(desk.act(m.QuickEvent(event="dissociation", rating=2))) == "dissociation 2: marked, answers normally"
    desk.journal.commit()
    seen = list(desk.store.view("v_observation"))
    assert [(row["metric"], row["value"]) for row in seen] == [("nausea", None), ("dissociation", 2)]


@pytest.mark.parametrize(
    ("event", "rating"), [("dissociation", None), ("dissociation", 5), ("vomited", 1), ("x", None)]
)
def test_a_rating_is_asked_for_and_bounded(desk: Desk, event: str, rating: int | None) -> None:
    with pytest.raises(Refusal):
        desk.act(m.QuickEvent(event=event, rating=rating))


def test_undo_is_a_correction_that_leaves_the_old_entry(desk: Desk) -> None:
    held = desk.act(m.Hold(reason="wrong key"))
    undone = desk.act(m.Undo())
    assert (undone.kind, undone.supersedes, undone.reason) == (Kind.CORRECTION, held.seq, "mis-key")
    assert desk.chair.state is not None
    assert desk.chair.state.phase is Phase.INFUSING
    assert [text for text in entries(desk) if "hold" in text.lower() or "held" in text.lower()] == [
        "infusion held: wrong key",
        "UNDONE: infusion held: wrong key: mis-key",
    ]
    assert fold(desk.store.entries()) == desk.chair.state


def test_undo_takes_back_one_after_the_other_and_then_says_so(desk: Desk) -> None:
    desk.act(m.QuickEvent(event="nausea"))
    desk.act(m.Note(text="two"))
    assert desk.act(m.Undo()).payload["what"] == "two"
    assert desk.act(m.Undo()).payload["what"] == "nausea"
    assert "started" in desk.act(m.Undo()).payload["what"]
    with pytest.raises(Refusal, match="nothing to undo"):
        desk.act(m.Undo())


@pytest.mark.parametrize(
    ("acts", "named"),
    [
        ((m.Hold(reason="x"), AWAY, m.Back()), "patient is back"),
        ((m.Note(text="x"), m.BindMonitor(sources=())), "no monitor now"),
        ((m.Note(text="x"), m.SoundChecked(outcome="heard")), "sound test: heard"),
        ((m.Hold(reason="x"), m.Emergency()), "EMERGENCY"),
    ],
)
def test_undo_never_reaches_past_the_last_entry(desk: Desk, acts: tuple[m.Act, ...], named: str) -> None:
    for act in acts:
        desk.act(act)
    before = entries(desk)
    with pytest.raises(Refusal, match=rf"the last entry cannot be taken back \({named}"):
        desk.act(m.Undo())
    assert entries(desk) == before


def test_a_time_away_that_is_up_is_not_undone(desk: Desk) -> None:
    desk.act(m.Hold(reason="x"))
    desk.act(m.Away(reason="toilet", minutes=1))
    desk.run(61)
    with pytest.raises(Refusal, match=r"cannot be taken back \(patient away"):
        desk.act(m.Undo())


def test_undo_reaches_past_what_quiets_the_alarm_of_a_mistake(desk: Desk) -> None:
    typed = desk.act(m.ManualVitals(values={"NIBP_SYS": 218, "NIBP_DIA": 80}))
    desk.run(1)
    desk.act(m.PauseSound())
    desk.act(m.Acknowledge())
    assert desk.act(m.Undo()).supersedes == typed.seq


def test_what_is_old_is_not_undone(desk: Desk) -> None:
    desk.act(m.Note(text="x"))
    desk.run(301)
    with pytest.raises(Refusal, match="older"):
        desk.act(m.Undo())


def test_back_dated_acts_keep_both_times_and_the_dose_follows(desk: Desk) -> None:
    desk.run(240)
    entry = desk.chair.handle(m.StopInfusion(reason="pump ran out"), "N1", desk.now_ns, ago_s=120).last
    assert entry.entered_at_ms - entry.happened_at_ms == 120_000
    from charting.delivered import delivered

    assert desk.chair.state is not None
    assert delivered(desk.chair.state, entry.entered_at_ms).running_s == pytest.approx(180)


@pytest.mark.parametrize("ago_s", [-1, 5 * 3600, float("nan"), 90])
def test_times_that_cannot_be_are_refused_with_their_field(desk: Desk, ago_s: float) -> None:
    with pytest.raises(Refusal) as refused:
        desk.chair.handle(m.Hold(reason="x"), "N1", desk.now_ns, ago_s=ago_s)
    assert refused.value.field == "ago"


def test_the_end_cannot_lie_before_the_stop(desk: Desk) -> None:
    desk.run(1200)
    desk.act(m.StopInfusion(reason="given"))
    desk.run(60)
    end = m.CloseSession(reason="home", confirmed={m.WHATEVER: ""})
    with pytest.raises(Refusal, match="before the last act on the infusion") as refused:
        desk.chair.handle(end, "N1", desk.now_ns, ago_s=300)
    assert refused.value.field == "ago"
    entry = desk.chair.handle(end, "N1", desk.now_ns, ago_s=30).last
    assert entry.entered_at_ms - entry.happened_at_ms == 30_000


@pytest.mark.parametrize(
    "act",
    [
        m.Emergency(),
        m.Undo(),
        m.PauseSound(),
        m.SoundOff(reason="x"),
        m.SoundChecked(outcome="heard"),
        m.BindMonitor(sources=()),
        m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0),
        m.Acknowledge(),
    ],
)
@pytest.mark.parametrize("ago_s", [120, 5 * 3600, -1, float("nan")])
def test_what_is_never_minutes_ago_is_charted_as_now(act: m.Act, ago_s: float) -> None:
    desk = Desk()
    desk.begin(start=False)
    desk.run(25, HR=150)  # an alarm to acknowledge
    desk.act(m.Note(text="to undo"))
    entry = desk.chair.handle(act, "N1", desk.now_ns, ago_s=ago_s).last
    assert entry.happened_at_ms == entry.entered_at_ms == desk.clock.utc_ms(desk.now_ns)


def test_an_emergency_charts_the_stop(desk: Desk) -> None:
    desk.act(m.Emergency())
    assert desk.chair.state is not None
    assert desk.chair.state.phase is Phase.RECOVERY
    assert desk.chair.state.emergency_ms is not None
    assert entries(desk)[-2:] == ["infusion stopped: emergency", "EMERGENCY"]


def test_the_clinics_table_replaces_ours(tmp_path: Path) -> None:
    own = tmp_path / "events.toml"
    own.write_text('[[event]]\nid = "itch"\nkey = "1"\ntext = "itching"\n')
    assert [e.id for e in load_events(own)] == ["itch"]
    own.write_text('[[event]]\nid = "itch"\nkei = "1"\ntext = "itching"\n')
    with pytest.raises(Trouble, match="line 3: unknown key 'kei'; did you mean 'key'"):
        load_events(own)


@pytest.mark.parametrize(
    "events",
    [
        (Event("a", "1", "x"), Event("b", "1", "y")),
        (Event("a", "1", "x"), Event("a", "2", "y")),
        (Event("a", "q", "x"),),
        (Event("a", "1", " "),),
        (Event("a", "1", "x", lowest=1),),
        (Event("a", "1", "x", lowest=3, highest=2),),
        (Event("a", "1", "x", lowest=0, highest=2, words=("none", "all")),),
        (Event("a", "1", "x", lowest=0, highest=1, words=("none", "\x1b")),),
        (Event("a", "1", "x", words=("none",)),),
    ],
)
def test_tables_that_cannot_be_are_refused(events: tuple[Event, ...]) -> None:
    with pytest.raises(Trouble):
        check(events, "test")


def test_a_rating_is_charted_with_what_it_means(desk: Desk) -> None:
    rated = desk.act(m.QuickEvent(event="sedation", rating=5))
    assert line(rated) == "sedation (MOAA/S) 5: responds readily to the name in normal tone"
    assert desk.act(m.QuickEvent(event="nausea")).payload["meaning"] == ""


def test_an_undone_reading_is_shown_no_longer(desk: Desk) -> None:
    desk.say(NIBP_SYS=120, NIBP_DIA=80, NIBP_MEAN=93)
    desk.act(m.ManualVitals(values={"NIBP_SYS": 218, "NIBP_DIA": 80}))
    assert desk.chair.vitals.cuff is not None
    assert desk.chair.vitals.cuff.sys == 218
    desk.act(m.Undo())
    assert desk.chair.vitals.cuff.sys == 120
    desk.journal.commit()
    session = desk.chair.state.session  # type: ignore[union-attr]
    after = Desk()
    after.clock.at_ns = desk.now_ns
    after.chair.resume(desk.store.entries(session), list(desk.store.numerics(session)), after.now_ns)
    assert after.chair.vitals.cuff is not None
    assert after.chair.vitals.cuff.sys == 120


def test_a_yes_to_one_alarm_is_no_yes_to_another_that_came_meanwhile() -> None:
    desk = Desk()
    desk.begin(start=False)
    desk.run(60, HR=70, SPO2=97)
    desk.run(40, HR=45, SPO2=97)
    with pytest.raises(Refusal) as asked:
        desk.act(m.CloseSession(reason="home"))
    assert str(asked.value) == "1 alarm stands: HR low. End all the same?"
    desk.run(30, HR=43, SPO2=78)
    answered = m.CloseSession(reason="home", confirmed={str(asked.value): ""})
    with pytest.raises(Refusal, match=r"3 alarms stand: SpO2 very low, SpO2 low, HR low\.") as again:
        desk.act(answered)
    desk.run(1, HR=42, SPO2=77)  # other values of the same alarms are the same question
    entry = desk.act(msgspec.structs.replace(answered, confirmed=answered.confirmed | {str(again.value): ""}))
    assert [one["asked"] for one in entry.payload["confirmed"]] == [str(again.value)]


def test_an_act_meant_for_one_session_is_not_charted_in_the_next(desk: Desk) -> None:
    meant = desk.chair.state.session if desk.chair.state else ""

    def note() -> Kind:
        return desk.chair.handle(m.Note(text="spoke"), "N1", desk.now_ns, session=meant).last.kind

    assert note() is Kind.NOTE
    desk.act(m.StopInfusion(reason="given"))
    desk.act(m.CloseSession(reason="home", confirmed={m.WHATEVER: ""}))
    with pytest.raises(Refusal, match="the session has changed: none is open at this chair now"):
        note()
    desk.act(m.OpenSession(patient="Other, B", identifier="1990", weight_kg=60))
    with pytest.raises(Refusal, match=r"the session has changed: Other, B is in this chair now. Nothing was charted"):
        note()
