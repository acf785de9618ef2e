"""People through the whole program: staff from the shell, a PIN over the real socket, a hand-over, the card printed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from station_process import StationProcess, until
from treatment_begins import staffed

from charting.ledger.reader import Reader
from charting.model import Kind
from station.wire.client import Client
from station.wire.drug_acts import Draw, Waste
from station.wire.messages import Acknowledge, Note, OpenSession, Refused, Saved
from station.wire.people_acts import CardDrawn, DrawCard, HandOver, SignedIn, SignIn, Vouch

pytestmark = pytest.mark.journey
OPEN = OpenSession(patient="Story, Anna", identifier="1980-01-01", weight_kg=70.0)


async def story(station: StationProcess) -> list[Any]:
    """The answers to what KS and BO do at one screen."""
    client = await Client.connect(station.folders.socket, "script")
    answers: list[Any] = []

    async def act(one: Any) -> Any:
        answers.append(await client.act("Chair 1", "KS", one))
        return answers[-1]

    try:
        await act(OPEN)
        await act(SignIn(initials="KS", pin="9999"))
        client.token = (await act(SignIn(initials="KS", pin="1470"))).token
        await act(OPEN)
        await act(Draw(drug="ketamine", amount=50, unit="mg"))
        card = await act(DrawCard())
        vouched = (await act(Vouch(initials="BO", pin="3690"))).token
        await act(HandOver(card=card.digest, second=vouched))
        client.token = vouched
        await act(Note(text="mine now"))
        await act(Waste(drug="ketamine", amount=50, unit="mg", second=vouched))
    finally:
        await client.close()
    return answers


def test_staff_sign_in_hand_over_and_are_in_the_chart(station: StationProcess) -> None:
    staffed(station)
    assert station.run("staff", "add", "XX", "--name", "X", "--role", "nurse", stdin=b"AD\n1111\n").returncode == 1
    recorder = station.record()
    assert station.snapshot().lock_s == 600.0
    answers = asyncio.run(story(station))
    kinds = (Refused, Refused, SignedIn, Saved, Saved, CardDrawn, SignedIn, Saved, Saved, Refused)
    assert [type(one) for one in answers] == list(kinds), answers
    assert "nobody is signed in" in answers[0].sentence and "not the PIN of KS" in answers[1].sentence
    assert "somebody else" in answers[-1].sentence  # BO cannot witness what BO wastes
    assert "there is no alarm" in station.act(Acknowledge())[0].sentence  # asked without a PIN, and not refused for it
    shown = until(lambda: station.run("sessions", "report", "--sbar").stdout.decode(), what="the card")
    for words in (
        "SITUATION",
        "Story, Anna (1980-01-01), 70 kg, Chair 1; on: BO (nurse)",
        "account for ketamine: 50.0 mg",
    ):
        assert words in shown
    with Reader.open(station.folders.ledger) as reader:
        entries = reader.entries()
    said = [entry.payload["what"] for entry in entries if entry.kind is Kind.STAFF]
    assert said == ["list", "wrong pin", "signed in", "signed in"]
    note = next(entry for entry in entries if entry.kind is Kind.NOTE)
    assert (note.entered_by, note.payload["staff"]) == ("BO", {"id": "s3", "role": "nurse"})
    text = station.folders.ledger.read_bytes()
    assert b"argon2" not in text and b"3690" not in text
    recorder.terminate()
    assert recorder.wait(10) == 0
