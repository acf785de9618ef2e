"""The protocols of this station: the shipped ones and those of the folder ``protocols`` in the config folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from charting.observation import OBSERVATIONS
from charting.protocol import OXIMETRY, Protocol
from charting.protocol_check import Known
from charting.protocol_files import load_protocols
from charting.rule_file import FileError, nearest
from drivers.core.text import clean
from station.alarms.preset import Preset, preset_names, shipped_preset
from station.errors import USAGE, Trouble
from station.events import SHIPPED, Event, load_events


class Protocols(msgspec.Struct, frozen=True, eq=False):
    """Those a session can follow, by id; ``usual`` is the one offered first. Without any, a session follows none.
    ``presets`` are the alarm presets that they may name. Read once and equal to itself alone, so it can be a key.
    """

    known: Mapping[str, Protocol] = {}
    usual: str = ""
    presets: Mapping[str, Preset] = {}

    def called(self, name: str) -> Protocol | None:
        """The protocol of that id, "" the usual one; None where there is none of that id."""
        return self.known.get(name or self.usual)

    def preset(self, protocol: Protocol | None) -> Preset | None:
        """The alarm preset that ``protocol`` names; None where it names none, and the chair's own watches."""
        return self.presets.get(protocol.alarm_preset) if protocol is not None else None


def protocols_of(clinic: Path, usual: str, events: Iterable[Event]) -> Protocols:
    """The shipped protocols with those in ``clinic``, where that folder is there. ``events`` is the table of quick
    events: what a protocol asks for must be something that somebody could chart. ``Trouble`` in one sentence.
    """
    chartable = {OXIMETRY, *OBSERVATIONS, *(one.id for one in (*load_events(SHIPPED), *events))}
    known = Known(frozenset(preset_names()), frozenset(chartable))
    try:
        found = load_protocols(clinic if clinic.exists() else None, known)
    except FileError as error:
        raise Trouble(f"protocols: {error}", USAGE) from None
    if usual not in found:
        raise Trouble(f"station.toml: no protocol is called {clean(usual)!r}; {nearest(usual, found)}", USAGE)
    return Protocols(found, usual, {name: shipped_preset(name) for name in preset_names()})
