"""The screening at a chair: what is charted, what it is held against, and what the start asks."""

from __future__ import annotations

import pytest
from desk import Desk

from charting.lines import line
from charting.screened import hold_lines, result_of
from charting.screening import Answer, Override
from station.clinic import as_shipped
from station.clock import NS
from station.recorder.acts import Refusal
from station.recorder.rules import protocol_of
from station.recorder.view import chair_view
from station.script import SURE
from station.wire import messages as m, record_acts as acts

WHO = {"patient": "Test, A", "identifier": "1980-01-01"}
GOOD: dict[str, Answer] = {
    row.id: "no" if row.bad == "yes" else "yes"
    for row in as_shipped().screening.questions
    if row.applies(protocol_of(None))
}
PASSED = acts.Screen(answers=GOOD, gate="canmat-2021", fasting="none")


def fit(sys: float = 120) -> Desk:
    """A session before its start, with consent and a pressure of now."""
    desk = Desk()
    desk.begin(start=False)
    desk.act(acts.ChartConsent(**WHO, version="1"))
    desk.say(NIBP_SYS=sys, NIBP_DIA=80.0)
    return desk


def asked(desk: Desk, act: m.Act) -> Refusal:
    with pytest.raises(Refusal) as caught:
        desk.act(act)
    return caught.value


def stands(desk: Desk) -> list[tuple[str, str]]:
    assert desk.chair.state is not None
    result = result_of(desk.chair.state)
    assert result is not None
    return [(one.id, one.level) for one in result.stands]


def test_nothing_asked_is_nothing_passed() -> None:
    desk = Desk()
    desk.begin(start=False)
    entry = desk.act(acts.Screen())
    assert {level for _, level in stands(desk)} == {"missing"}
    assert {"gate", "fasting", "consent", "pregnancy"} <= {id for id, _ in stands(desk)}
    assert line(entry).startswith(f"SCREENING, {len(stands(desk))} in the way: ")


def test_a_passed_screening_lets_the_start_go_without_a_question() -> None:
    desk = fit()
    entry = desk.act(PASSED)
    assert stands(desk) == []
    assert line(entry) == "screening passed"
    assert entry.payload["facts"]["consent"]["version"] == "1"
    assert entry.payload["facts"]["readings"]["sys"]["value"] == 120
    assert {entry.payload[part]["id"] for part in ("protocol", "rules")} == {"iv-standard", "screening"}
    assert chair_view(desk.chair, desk.now_ns, 0, 0).screened is not None
    assert desk.chair.state is not None
    assert [one.limit for one in hold_lines(desk.chair.state)] == [160, 100]
    assert "confirmed" not in desk.act(m.StartInfusion()).payload


def test_the_start_of_somebody_not_screened_takes_a_reason_that_is_charted() -> None:
    desk = fit()
    question = asked(desk, m.StartInfusion())
    assert (question.confirm, question.why) == ("not_screened", True)
    assert asked(desk, m.StartInfusion(confirmed={str(question): " "})).confirm == "not_screened"
    entry = desk.act(m.StartInfusion(confirmed={str(question): "on paper"}))
    assert entry.payload["confirmed"][0]["why"] == "on paper"


def test_a_pressure_that_rose_since_or_grew_old_is_asked_about_at_the_start() -> None:
    desk = fit()
    desk.act(PASSED)
    desk.act(m.ManualVitals(values={"NIBP_SYS": 150, "NIBP_DIA": 80}))
    question = asked(desk, m.StartInfusion())
    assert question.confirm == "screening_stands"
    assert "systolic pressure 150 mmHg is above 140 mmHg, a line of canmat-2021" in str(question)
    desk.act(m.ManualVitals(values={"NIBP_SYS": 130, "NIBP_DIA": 80}))
    desk.clock.at_ns += 16 * 60 * NS
    assert "is 16 min old, at most 15 min count; measure it again" in str(asked(desk, m.StartInfusion()))


def test_an_override_needs_reason_name_and_role_and_counts_for_what_was_seen() -> None:
    desk = fit(sys=150)
    desk.act(PASSED)
    assert stands(desk) == [("gate", "relative")]
    assert desk.chair.state is not None
    result = result_of(desk.chair.state)
    assert result is not None
    sentence = result.stands[0].sentence
    nobody = Override("gate", sentence, "calm, no symptoms", " ", "prescriber")
    assert asked(desk, acts.Screen(answers=GOOD, gate="canmat-2021", fasting="none", overrides=(nobody,))).field == (
        "reason"
    )
    nurse = Override("gate", sentence, "calm, no symptoms", "N. Urse", "nurse")
    desk.act(acts.Screen(answers=GOOD, gate="canmat-2021", fasting="none", overrides=(nurse,)))
    assert stands(desk) == [("gate", "relative")]
    doctor = Override("gate", sentence, "calm, no symptoms", "Dr. B", "prescriber")
    entry = desk.act(acts.Screen(answers=GOOD, gate="canmat-2021", fasting="none", overrides=(doctor,)))
    assert stands(desk) == []
    assert "overridden: systolic pressure 150" in line(entry) and "(Dr. B, prescriber)" in line(entry)
    assert desk.act(m.StartInfusion()).kind == "infusion_started"


def test_what_cannot_be_is_refused() -> None:
    desk = fit()
    assert "offers no gate 'mine'" in str(asked(desk, acts.Screen(gate="mine")))
    assert "0 to 72" in str(asked(desk, acts.Screen(last_h={"food": -1})))
    assert "no row 'shoes'" in str(asked(desk, acts.Screen(answers={"shoes": "no"})))
    desk.act(m.StartInfusion(confirmed=SURE))
    assert "the infusion has begun" in str(asked(desk, PASSED))


def test_a_restart_stands_where_the_screening_stood() -> None:
    desk = fit()
    desk.act(PASSED)
    desk.journal.commit()
    before = desk.chair.state
    again = Desk().chair
    assert before is not None
    again.resume(desk.store.entries(before.session), [], 0)
    assert again.state == before
