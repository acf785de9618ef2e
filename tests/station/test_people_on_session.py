"""Joining, leaving and handing over a session, as the recorder charts it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from desk import Desk

from charting.ledger.store import Store
from charting.lines import line
from charting.model import Kind
from charting.sbar import sbar
from station.recorder.acts import Refusal
from station.recorder.cards import Cards, drawn
from station.recorder.journal import Straight
from station.wire import messages as m, people_acts as p


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.begin()
    made.run(30)
    return made


def draw(desk: Desk) -> str:
    desk.journal.commit()
    desk.chair.beside.card = drawn(sbar(desk.store.entries(), (), desk.clock.utc_ms(desk.now_ns)))
    return desk.chair.beside.card.digest


def test_joining_and_leaving(desk: Desk) -> None:
    assert line(desk.act(p.SignOn(), by="BO")) == "BO is on this session"
    with pytest.raises(Refusal, match="already"):
        desk.act(p.SignOn(), by="bo")
    desk.act(p.SignOff(), by="N1")
    with pytest.raises(Refusal, match="not on this session"):
        desk.act(p.SignOff(), by="N1")
    with pytest.raises(Refusal, match="only one"):
        desk.act(p.SignOff(), by="BO")


def test_the_session_goes_to_another_person_with_the_card_in_the_entry(desk: Desk) -> None:
    digest = draw(desk)
    with pytest.raises(Refusal, match="somebody else"):
        desk.act(p.HandOver(card=digest, second="n1"))
    entry = desk.act(p.HandOver(card=digest, second="BO"))
    assert entry.kind is Kind.DUTY and entry.payload["to"] == {"initials": "BO"}
    assert "Test, A (1980-01-01)" in entry.payload["card"]["Situation"][0]
    assert line(entry) == "handed over by N1 to BO, who read the card and signed"
    assert desk.chair.state is not None
    assert [one.initials for one in desk.chair.state.care.on] == ["BO"]


def test_a_card_that_is_not_the_last_one_is_not_signed(desk: Desk) -> None:
    digest = draw(desk)
    desk.act(m.Note(text="news"))
    draw(desk)
    with pytest.raises(Refusal, match="open it again"):
        desk.act(p.HandOver(card=digest, second="BO"))


def test_who_is_on_does_not_stand_in_the_way_of_an_undo(desk: Desk) -> None:
    desk.act(m.Note(text="mistyped"))
    desk.act(p.SignOn(), by="BO")
    assert desk.act(m.Undo()).payload["what"] == "mistyped"


async def test_the_card_is_read_from_the_chart_beside_the_loop(tmp_path: Path) -> None:
    desk = Desk()
    desk.store = Store.open(tmp_path / "ledger.db", rehearsal=True)
    desk.chair._journal = desk.journal = Straight(desk.store)
    cards, answers = Cards(tmp_path / "ledger.db"), []  # type: ignore[var-annotated]

    async def ask() -> Any:
        command = m.Command(id=3, chair="Chair 1", by="KS", act=p.DrawCard())
        assert cards.command(command, desk.chair, desk.now_ns, answers.append)
        while not answers:
            await asyncio.sleep(0.01)
        return answers.pop()

    assert "no session is open" in (await ask()).sentence
    desk.act(m.OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70))
    assert "nothing of this session is saved yet" in (await ask()).sentence
    desk.journal.commit()
    card = await ask()
    assert card.parts[0][1][0].startswith("Test, A (1980-01-01), 70 kg")
    assert desk.chair.beside.card is not None and desk.chair.beside.card.digest == card.digest
    assert not cards.command(m.Command(id=3, chair="", by="", act=m.Undo()), desk.chair, 0, answers.append)
    desk.store.close()
