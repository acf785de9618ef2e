"""Who is on a session as a part of its fold, and the hand-over card drawn from the chart."""

from __future__ import annotations

import pytest
from charting_makers import Chart

from charting.due import Due
from charting.duty import is_on, named
from charting.model import Kind
from charting.sbar import TITLES, sbar
from charting.session import fold

BO = {"initials": "BO", "id": "s3", "role": "nurse"}


def on(chart: Chart) -> list[str]:
    state = fold(chart.entries)
    assert state is not None
    return [one.initials for one in state.care.on]


def test_whoever_opens_a_session_is_on_it_until_it_is_handed_over_or_ends() -> None:
    chart = Chart()
    chart.open(by="KS", staff={"id": "s2", "role": "nurse"})
    assert on(chart) == ["KS"]
    chart.add(Kind.DUTY, {"what": "on", "who": {"initials": "DR"}}, by="DR")
    chart.add(Kind.DUTY, {"what": "on", "who": {"initials": "dr"}}, by="DR")
    assert on(chart) == ["KS", "DR"]
    chart.add(Kind.DUTY, {"what": "handed over", "who": {"initials": "XX", "id": "s2"}, "to": BO, "card": {}})
    assert on(chart) == ["DR", "BO"]
    chart.add(Kind.DUTY, {"what": "off", "who": {"initials": "DR"}})
    state = fold(chart.entries)
    assert state is not None and named(state.care.on) == "BO (nurse)" and is_on(state.care.on, BO)
    chart.add(Kind.SESSION_CLOSED, {})
    assert on(chart) == []


def test_the_card_tells_the_session_in_four_parts() -> None:
    chart = Chart()
    chart.open(by="KS")
    chart.plan()
    chart.add(Kind.INFUSION_STARTED, {"rate_ml_per_h": 52.5, "mg_per_ml": 1.0})
    chart.at_ms += 10 * 60_000
    chart.add(Kind.VITALS, {"values": {"NIBP_SYS": 172.0, "NIBP_DIA": 98.0, "HR": 88.0}})
    chart.add(Kind.ALARM, chart.alarm("PENDING", "ACTIVE_UNACK"))
    chart.add(Kind.OBSERVATION, {"event": "dissociation", "text": "dissociation", "values": {"dissociation": 2}})
    gone = chart.add(Kind.NOTE, {"text": "mistyped"})
    chart.add(Kind.CORRECTION, {"what": "mistyped"}, supersedes=gone.seq)
    chart.add(Kind.NOTE, {"text": "calm"})
    chart.at_ms += 2 * 60_000
    chart.add(Kind.INFUSION_HELD, {}, reason="headache")
    owed = (Due("blood pressure", -120.0), Due("recheck the hold", 240.0))
    card = sbar(chart.entries, (), chart.at_ms + 60_000, owed)
    assert [title for title, _ in card.parts] == list(TITLES)
    situation, background, assessment, recommendation = ("\n".join(lines) for _, lines in card.parts)
    for words, part in (
        ("Test, A (1980-01-01), 70 kg, Chair 1; on: KS", situation),
        ("held, pump ran 12 min, 28 min left once resumed, before the hold 52.5 mL/h", situation),
        ("10.5 mg given of 35 mg planned, 0.15 mg/kg", situation),
        ("ALARM, medium: NIBP high", situation),
        ("plan 0.5 mg/kg = 35 mg", background),
        ("note 3 min ago: calm", background),
        ("BP 172/98 typed 3 min ago", assessment),
        ("dissociation 2, 3 min ago", assessment),
        ("held 1 min ago: headache", assessment),
        ("alarms so far: NIBP_HIGH 1x", assessment),
        ("blood pressure OVERDUE by 2 min\nrecheck the hold in 4 min", recommendation),
        ("confirm whose monitor it is\ntest the sound", recommendation),
    ):
        assert words in part, part
    assert "mistyped" not in "\n".join(card.lines)


def test_a_card_of_a_closed_session_asks_for_nothing() -> None:
    chart = Chart()
    chart.open(by="KS")
    chart.add(Kind.ALARM, chart.alarm("PENDING", "ACTIVE_UNACK"))
    chart.add(Kind.SESSION_CLOSED, {})
    card = sbar(chart.entries, (), chart.at_ms)
    assert card.parts[3][1] == ("nothing is due by the chart",)
    assert "ALARM" not in "\n".join(card.parts[0][1])
    with pytest.raises(ValueError, match="no entry opens"):
        sbar((), (), 0)


def test_what_was_charted_late_stands_where_it_happened() -> None:
    chart = Chart()
    chart.open(by="KS")
    opened_ms = chart.at_ms
    drug = {"what": "given", "drug": "ondansetron", "amount": 4.0, "unit": "mg", "controlled": False, "infused": False}
    by = {"route": "IV", "given_by": "KS", "ordered_by": "DR"}
    for minute in (30, 5):  # the later one happened earlier
        chart.at_ms = opened_ms + minute * 60_000
        values = {"sedation": minute // 10 + 2}
        chart.add(Kind.OBSERVATION, {"event": "sedation", "text": "sedation", "values": values})
        chart.add(Kind.NOTE, {"text": f"at {minute} min"})
        chart.add(Kind.MEDICATION, drug | by | {"name": f"of {minute} min"})
    card = sbar(chart.entries, (), opened_ms + 31 * 60_000).lines
    told = [one.strip() for one in card]
    assert [one for one in told if one.startswith("sedation")] == ["sedation 5, 1 min ago"]
    assert [one for one in told if one.startswith("note")] == ["note 26 min ago: at 5 min", "note 1 min ago: at 30 min"]
    assert [one.split(" 4 mg")[0] for one in told if " 4 mg" in one] == ["of 5 min", "of 30 min"]
