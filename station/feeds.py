"""What a simulated feed is made of, as the command line names it: a scenario or a playback, checked before use."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec

import simulators
from simulators import scenario as scenarios
from simulators.bedside import Bedside
from simulators.playback import Playback, PlaybackError
from simulators.readings import DeviceModule, Source
from simulators.scenario import Scenario
from station import script
from station.errors import USAGE, Trouble
from station.events import SHIPPED, Event, load_events
from station.written import load_toml, read_text


class Feed(NamedTuple):
    """A source of readings and what the nurse does meanwhile. ``events`` are the quick events there are: in a playback
    nobody is there to chart one, so none is owed.
    """

    source: Source
    acts: script.Timed
    title: str
    events: tuple[Event, ...] = ()


def device(name: str) -> DeviceModule:
    """The simulated device of that name, or ``Trouble``."""
    try:
        return simulators.load(name)
    except LookupError as error:
        raise Trouble(str(error.args[0]), USAGE) from None


def scenario(name: str) -> Scenario:
    """A shipped scenario by name, or a file by path; checked."""
    path = Path(name)
    if not (name.endswith(".toml") or "/" in name):
        try:
            path = scenarios.path(name)
        except LookupError as error:
            raise Trouble(str(error.args[0]), USAGE) from None
    found = load_toml(path, Scenario, "scenario")
    problems = scenarios.check(found, simulators.device_names())
    if problems:
        raise Trouble(f"{path}: {problems[0]}", USAGE)
    return found


def feed(scenario_name: str, playback: Path | None, device_name: str, seed: int = 0) -> Feed:
    """The feed asked for. ``seed`` is added to the scenario's own; columns the device cannot send are refused."""
    if playback is None:
        found = scenario(scenario_name)
        person = msgspec.structs.replace(found.patient, seed=found.patient.seed + seed)
        found = msgspec.structs.replace(found, patient=person)
        return Feed(Bedside(found), script.of_scenario(found), found.title, load_events(SHIPPED))
    try:
        played = Playback.parse(read_text(playback, "playback"))
    except PlaybackError as error:
        raise Trouble(f"{playback}: {error}", USAGE) from None
    refused = played.columns_refused_by(device(device_name).SENDS)
    if refused:
        raise Trouble(f"{playback}: {refused}", USAGE)
    return Feed(played, script.of_playback(played), playback.name)
