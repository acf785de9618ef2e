"""Which alarms are not sounded because the room of their chair is quiet: pure, one rule, and how long nobody came."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from charting.quiet import SOUNDS_AFTER_S
from station.alarms.outcome import Standing, State
from station.annunciator.pause import Asking
from station.clock import NS

# how long an alarm of this priority may go unacknowledged before it sounds after all; a priority that is not
# named here, a high one first of all, sounds at once
RESTS_S: Mapping[str, float] = {"medium": SOUNDS_AFTER_S, "low": math.inf}
# of these nobody can be warned by the station, so no room is quiet for them
NEVER = frozenset(("CHART_FAIL", "AUDIO_FAIL", "UI_FROZEN", "NO_VIEWER", "COMM_LOST"))
_UNANSWERED = (State.ACTIVE_UNACK, State.LATCHED)


def rests(alarm: Standing, quiet: bool, unacknowledged_s: float) -> bool:
    """Whether ``alarm``, which nobody has acknowledged for so long, makes no sound because its room is ``quiet``."""
    if not quiet or alarm.condition in NEVER:
        return False
    return unacknowledged_s < RESTS_S.get(alarm.priority, 0.0)


class Hush:
    """Since when each alarm waits to be acknowledged. Times are real ns, as those of the audio pause are.

    What stands at the first step waits already: a recorder that was started anew does not begin to count again.
    """

    def __init__(self) -> None:
        self._since_ns: dict[tuple[str, str, str], int] | None = None

    def step(self, standing: Sequence[Asking], quiet: Collection[str], now_ns: int) -> list[Asking]:
        """Those of ``standing`` whose sound does not rest; ``quiet`` are the chairs in a quiet room."""
        before, unseen_ns = self._since_ns, now_ns
        if before is None:
            before, unseen_ns = {}, now_ns - round(SOUNDS_AFTER_S * NS)
        self._since_ns = {
            _key(chair, alarm): before.get(_key(chair, alarm), unseen_ns)
            for chair, alarm in standing
            if (alarm.frozen or alarm.state) in _UNANSWERED
        }
        return [
            (chair, alarm)
            for chair, alarm in standing
            if not rests(alarm, chair in quiet, (now_ns - self._since_ns.get(_key(chair, alarm), now_ns)) / NS)
        ]


def _key(chair: str, alarm: Standing) -> tuple[str, str, str]:
    return chair, alarm.condition, alarm.subject
