"""What an act or a step of time left in the chart."""

from __future__ import annotations

from typing import NamedTuple

from charting.model import Entry
from station.alarms.outcome import Transition


class Charted(NamedTuple):
    """An alarm transition and the entry that holds it."""

    transition: Transition
    entry: Entry


class Handled(NamedTuple):
    """What an act left in the chart: its last entry, and the alarm transitions among them."""

    last: Entry
    charted: list[Charted]
