"""keys.toml: acts moved to other keys, mistakes told before the screen starts, and every act in sight with its key."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from screen_text import rows, text, until
from tui_fakes import QUIET, RICH, FakeRecorder

from station.errors import USAGE, Trouble
from station.starting import view
from station.tui.app import StationApp
from station.tui.chosen import Chosen, chosen
from station.tui.keymap import read_keys
from station.tui.keys import FIXED, KEYS, bindings
from station.wire.messages import Acknowledge

README = (Path(__file__).parents[2] / "README.md").read_text()


def written(folder: Path, lines: str) -> Path:
    (folder / "keys.toml").write_text(f"# our keys\n[keys]\n{lines}\n")
    return folder


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ('acknowlege = "a"', r"keys\.toml line 3: unknown key 'acknowlege'; did you mean 'acknowledge'\?"),
        ('hold = "r"', r"keys\.toml line 3: the key 'r' is given to hold and to rate"),
        ('note = "z"\nrate = "z"', r"keys\.toml line 3: the key 'z' is given to rate and to note"),
        ('note = "z"\n# more\nhold = "f2"', r"keys\.toml line 5: the key 'F2' is given to acknowledge and to hold"),
        ('hold = "spacee"', r"keys\.toml line 3: 'spacee' is no key that an act can have; did you mean 'space'\?"),
        ('hold = "enter"', r"line 3: 'enter' is no key that an act can have; (did you mean|a key is one character)"),
        ('hold = "ctrl+h"', r"line 3: 'ctrl\+h' is no key that an act can have"),
        ('hold = "h,"', r"line 3: '' is no key that an act can have"),
        ('hold = "-"', r"line 3: the key '-' is given to hold and to ago"),
        ('hold = "question_mark"', r"line 3: the key '\?' is given to hold and to keys"),
        ("hold = 7", r"keys\.toml line 3: hold: Expected `str`"),
        ('quit = "q"', r"line 3: unknown key 'quit'"),
        ('hold = "p"\nhold = "o"', r"keys\.toml: not valid TOML: .*line 4"),
    ],
)
def test_a_mistake_is_one_sentence_with_its_line(tmp_path: Path, lines: str, sentence: str) -> None:
    with pytest.raises(Trouble, match=sentence) as raised:
        read_keys(written(tmp_path, lines))
    assert "\n" not in str(raised.value).split(": not valid TOML")[0] and raised.value.exit_code == USAGE


def test_no_file_and_an_empty_one_change_nothing(tmp_path: Path) -> None:
    assert read_keys(tmp_path) == KEYS
    assert read_keys(written(tmp_path, "")) == KEYS


def test_two_acts_may_change_places(tmp_path: Path) -> None:
    moved = {key.id: key.key for key in read_keys(written(tmp_path, 'hold = "n"\nnote = "h"'))}
    assert (moved["hold"], moved["note"]) == ("n", "h")


async def test_a_moved_act_answers_to_its_new_key_and_is_shown_with_it_everywhere(tmp_path: Path) -> None:
    keys = read_keys(written(tmp_path, 'acknowledge = "a"\nhold = "?,f5"\nkeys = "space"'))
    recorder = FakeRecorder(RICH)
    app = StationApp(recorder.connect, by="KS", chosen=Chosen(keys=keys))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: "TEST, A." in text(app))
        assert re.search(r"\ba ack\b.*\? hold", rows(app)[-1])
        listed = {command.title: command.help for command in app.get_system_commands(app.screen)}
        assert listed[next(key.words for key in KEYS if key.id == "hold")] == "key ?"
        for pressed in ("a", "f2"):  # F2 acknowledges whatever the map says
            before = len(recorder.acts)
            await pilot.press(pressed)
            await until(app, lambda before=before: len(recorder.acts) == before + 1)  # type: ignore[misc]
            assert isinstance(recorder.acts[-1][2], Acknowledge)
        await pilot.press("h")  # nobody's key now
        await pilot.press("space")
        await until(app, lambda: "Acknowledge the alarms of this chair" in text(app))
        assert "a  Acknowledge" in text(app)
        await pilot.press("escape")
        for pressed in ("question_mark", "f5"):
            await pilot.press(pressed)
            await until(app, lambda: "Hold: the pump was paused" in text(app) and "Reason" in text(app))
            await pilot.press("escape")
        assert len(recorder.acts) == 2


async def test_every_act_is_in_the_palette_with_its_key_and_every_binding_has_an_id() -> None:
    app = StationApp(FakeRecorder(QUIET).connect, by="KS")
    async with app.run_test():
        listed = {command.title: command.help for command in app.get_system_commands(app.screen)}
    for key in KEYS:
        if key.id != "palette":
            assert listed.get(key.words) == f"key {key.shown}"
    assert [binding.id for binding in bindings()] == [key.id for key in KEYS if key.id not in FIXED]  # type: ignore[union-attr]


def test_the_program_refuses_before_the_screen_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: object, **__: object) -> int:
        raise AssertionError("the screen was started")

    monkeypatch.setenv("INFUSION_STATION_HOME", str(tmp_path))
    monkeypatch.setattr("station.tui.app.run_viewer", started)
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    (tmp_path / "config").mkdir()
    written(tmp_path / "config", 'hold = "r"')
    with pytest.raises(Trouble, match="given to hold and to rate"):
        view(tmp_path / "no-socket")


def test_what_was_chosen_is_read_and_kept_only_where_it_may_be(tmp_path: Path) -> None:
    (tmp_path / "viewer.toml").write_text('theme = "light"\n')
    assert chosen(tmp_path) == Chosen("light", KEYS, tmp_path)
    assert chosen(tmp_path, keep=False) == Chosen("light", KEYS, None)


def test_the_readmes_key_map_is_a_good_one(tmp_path: Path) -> None:
    found = re.search(r"```toml\n(\[keys\]\n.*?)```", README, re.S)
    assert found is not None
    (tmp_path / "keys.toml").write_text(found[1])
    assert read_keys(tmp_path) != KEYS
