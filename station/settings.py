"""What a recorder needs of the config folder. One that its keeper starts again goes on with the settings of the last
good start where a file has been broken meanwhile: a mistake in a file must not end the watch over patients.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import msgspec

from station.alarms.preset import Preset
from station.clinic import Clinic, clinic_of
from station.config import Config, Folders, make_private
from station.drugs import DrugList, load_drugs
from station.errors import Trouble
from station.events import Event, load_events
from station.presets import preset_called
from station.protocols import Protocols, protocols_of
from station.staff import read_staff


class Settings(NamedTuple):
    """All that a recorder is set by but its staff, whose list it follows while it runs."""

    config: Config
    events: tuple[Event, ...]
    protocols: Protocols
    clinic: Clinic
    drugs: DrugList
    preset: Preset


def read(of: Folders, config: Config) -> Settings:
    """The settings beside ``config``. ``Trouble`` for the first file that cannot be used, the list of staff too: before
    a ledger is opened.
    """
    events = load_events(of.events_toml)
    protocols = protocols_of(of.protocols, config.protocol, events)
    clinic, drugs = clinic_of(of.config), load_drugs(of.drugs_toml)
    read_staff(of.staff_toml)
    return Settings(config, events, protocols, clinic, drugs, preset_called(config.preset))


def keep(here: Folders) -> str:
    """Remember what the config folder says now; why it could not be, "" where it was. It must not stop a recorder."""
    kept = _kept(here)
    try:
        shutil.rmtree(kept, ignore_errors=True)
        make_private(here.runtime)
        if here.config.is_dir():
            shutil.copytree(here.config, kept)  # each file as private as it was
        else:
            kept.mkdir()
    except OSError as error:  # a full disk; what was half copied is nothing to go on with
        shutil.rmtree(kept, ignore_errors=True)
        return f"the settings of this start cannot be remembered: {error}"
    return ""


def last_good(here: Folders) -> Folders | None:
    """``here`` with the settings remembered; None where nothing is. A list of staff that can be read is the one of now:
    who was retired stays so.
    """
    kept = _kept(here)
    if not kept.is_dir() or here.config == kept:
        return None
    before = msgspec.structs.replace(here, config=kept)
    try:
        read_staff(here.staff_toml)
    except Trouble:
        return before
    before.staff_toml.unlink(missing_ok=True)
    before.staff_toml.symlink_to(here.staff_toml)
    return before


def _kept(here: Folders) -> Path:
    return here.runtime / "last-good"
