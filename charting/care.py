"""What of a session is neither the pump nor the monitor: who is on, the drugs beside the plan, the quiet room. Pure."""

from __future__ import annotations

import msgspec

from charting.duty import OnDuty, on_duty
from charting.medication import Dose, medicated
from charting.model import Entry
from charting.quiet import Quiet, quieted


class Care(msgspec.Struct, frozen=True):
    """A part of a session's state."""

    on: tuple[OnDuty, ...] = ()
    doses: tuple[Dose, ...] = ()
    quiet: Quiet | None = None


def cared(care: Care, entry: Entry) -> Care:
    """``care`` after one more entry."""
    return Care(on_duty(care.on, entry), medicated(care.doses, entry), quieted(care.quiet, entry))
