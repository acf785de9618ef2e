"""A field that is one of a few names: up and down, a click, or typed; words about it beside it."""

from __future__ import annotations

import msgspec
from tui_fakes import CHAIR, IDLE, QUIET, FakeRecorder, with_chair

from station.tui.app import StationApp
from station.tui.doses import beginning
from station.tui.screens.start import StartScreen
from station.tui.widgets.choice import Choice
from station.wire.messages import ChairView, Offer, OpenSession

OFFERS = (
    Offer(id="iv-standard", name="Ketamine IV", facts="IV, 0.5 mg/kg", minutes=40.0),
    Offer(id="iv-slow", name="Slow", facts="IV, 0.5 mg/kg, 100 min", minutes=100.0),
    Offer(id="im", name="IM", facts="IM, 0.5 to 1 mg/kg"),
)
EMPTY: ChairView = msgspec.structs.replace(CHAIR, session=None, patient="", infusion=IDLE, protocols=OFFERS)


def test_without_protocols_the_form_is_as_it_was() -> None:
    assert "protocol" not in [field.name for field in beginning(()).fields]


async def test_a_protocol_is_chosen_by_keys_and_by_mouse_and_goes_with_the_opening() -> None:
    recorder = FakeRecorder(with_chair(QUIET, **msgspec.structs.asdict(EMPTY)))
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=(120, 40)) as pilot:
        while app.shown is None:
            await pilot.pause(0.02)
        await pilot.press("b")
        await pilot.pause()
        assert isinstance(app.screen, StartScreen)
        field = app.screen.query_one(Choice)
        assert (field.value, field.facts) == ("iv-standard", "IV, 0.5 mg/kg")
        field.focus()
        await pilot.press("down")
        assert field.facts == "IV, 0.5 mg/kg, 100 min"
        await pilot.press("up", "up")
        assert field.value == "im"
        await pilot.click(field)
        assert field.value == "iv-standard"
        await pilot.press("x")
        assert "no such name" in field.facts
        await pilot.press("down", "down")
        assert field.value == "iv-slow"
        for name, text in (("patient", "A"), ("identifier", "B"), ("weight_kg", "70")):
            app.screen.query_one(f"#{name}").value = text  # type: ignore[attr-defined]
        for name, text in (("mg_per_kg", "0.5"), ("minutes", "40"), ("mg_per_ml", "1")):
            app.screen.query_one(f"#{name}").value = text  # type: ignore[attr-defined]
        app.screen.action_send()
        while not recorder.acts:
            await pilot.pause(0.02)
        act = recorder.acts[0][2]
        assert isinstance(act, OpenSession)
        assert act.protocol == "iv-slow"
