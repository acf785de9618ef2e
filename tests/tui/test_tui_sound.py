"""Whether alarms are heard stands on the screen in words, and one key pauses the sound or ends the pause."""

from __future__ import annotations

import msgspec
import pytest
from screen_text import text, until
from tui_fakes import CHAIR, QUIET, RICH, FakeRecorder

from station.tui.acting import NOBODY
from station.tui.alarms import other_rows
from station.tui.app import StationApp
from station.tui.spans import cells
from station.tui.wall import top_row
from station.wire.messages import PauseSound, Snapshot

SAID = {
    "": "",
    "off": "AUDIO OFF",
    "off reminded": "AUDIO OFF",
    "paused 102": "AUDIO PAUSED 1:42",
    "paused 9": "AUDIO PAUSED 0:09",
    "fail: this computer has [b]no[/b] sound\x1b device": "AUDIO FAILED  this computer has [b]no[/b] sound",
    "paused 102; fail: sound device gone: using aplay": "AUDIO PAUSED 1:42  AUDIO FAILED ",
    "off reminded; fail: sound device gone: using aplay": "AUDIO OFF  AUDIO FAILED ",
}


def with_sound(sound: str, snapshot: Snapshot = QUIET) -> Snapshot:
    return msgspec.structs.replace(snapshot, sound=sound)


@pytest.mark.parametrize("sound", SAID)
def test_the_words_are_the_standards(sound: str) -> None:
    for chair, all_words in ((CHAIR, 99), (RICH.chairs[0], 12)):  # why gives way to further alarms
        (row,) = other_rows(chair, 80, sound)
        said = "".join(span.text for span in row)
        assert SAID[sound][:all_words] in said
        assert SAID[sound] or "AUDIO" not in said
        assert cells(row) == 80
        assert "\x1b" not in said


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("sound", [s for s in SAID if s])
async def test_they_are_on_the_chairs_screen_at_every_size(sound: str, size: tuple[int, int]) -> None:
    recorder = FakeRecorder(with_sound(sound, RICH))
    app = StationApp(recorder.connect)
    async with app.run_test(size=size):
        await until(app, lambda: recorder.echoes > 0)
        assert SAID[sound][:12] in text(app)


@pytest.mark.parametrize(("sound", "resume"), [("", False), ("paused 60", True)])
async def test_s_pauses_and_ends_the_pause_without_asking_for_a_name(sound: str, resume: bool) -> None:
    recorder = FakeRecorder(with_sound(sound))
    app = StationApp(recorder.connect)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        await pilot.press("s")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts == [("Chair 1", NOBODY, PauseSound(resume=resume))]


@pytest.mark.parametrize("sound", SAID)
def test_the_wall_says_it_in_its_first_row(sound: str) -> None:
    said = "".join(span.text for span in top_row(with_sound(sound, RICH), "KS", False, 80))
    assert SAID[sound][:17].split("  ")[0] in said
    assert SAID[sound] or "AUDIO" not in said
