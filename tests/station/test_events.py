"""Quick events that name an observation: its range and words are taken over, and not said a second time."""

from __future__ import annotations

from pathlib import Path

import pytest

from charting.observation import OBSERVATIONS
from station.errors import Trouble
from station.events import Event, load_events


def load(folder: Path, rest: str) -> Event:
    path = folder / "events.toml"
    path.write_text(f'[[event]]\nid = "x"\nkey = "1"\ntext = "x"\n{rest}\n', "utf-8")
    return load_events(path)[0]


@pytest.mark.parametrize("name", [one.id for one in OBSERVATIONS.values() if one.one_key])
def test_range_and_words_are_those_of_the_scale(tmp_path: Path, name: str) -> None:
    event, scale = load(tmp_path, f'scale = "{name}"'), OBSERVATIONS[name]
    assert (event.scale, event.lowest, event.highest, event.words) == (name, scale.lowest, scale.highest, scale.words)


def test_a_rating_may_be_negative(tmp_path: Path) -> None:
    event = load(tmp_path, 'scale = "rass"')
    assert (event.lowest, event.words[0], event.words[5]) == (
        -5,
        "unarousable: no response to voice or touch",
        "alert and calm",
    )


def test_a_clinic_words_what_has_no_words(tmp_path: Path) -> None:
    words = ["a", "b", "c", "d", "e"]
    assert load(tmp_path, f'scale = "dissociation"\nwords = {words}').words == tuple(words)


@pytest.mark.parametrize(
    ("rest", "sentence"),
    [
        ('scale = "moass"', "x: no observation is called 'moass'; did you mean 'moaas'"),
        ('scale = "cadss_total"', r"x: dissociation \(CADSS total\) goes to 92, too far for one key"),
        ('scale = "moaas"\nlowest = 0\nhighest = 5', "range and words are those of moaas"),
        ('scale = "moaas"\nwords = ["a", "b", "c", "d", "e", "f"]', "range and words are those of moaas"),
        ('scale = "dissociation"\nwords = ["a", "b"]', "5 ratings take 5 words"),
        ('scale = "headache"\nwords = ["a"]', "words belong to a rating"),
        ("lowest = -5\nhighest = 4", "a rating lies between 0 and 9"),
        ("lowest = 0\nhighest = 10", "a rating lies between 0 and 9"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, rest: str, sentence: str) -> None:
    with pytest.raises(Trouble, match=sentence):
        load(tmp_path, rest)


def test_the_shipped_table_rates_sedation_by_moaas() -> None:
    shipped = {event.id: event for event in load_events(Path("nowhere"))}
    assert (shipped["sedation"].scale, shipped["sedation"].words) == ("moaas", OBSERVATIONS["moaas"].words)
    assert (shipped["dissociation"].lowest, shipped["dissociation"].highest) == (0, 4)
