"""What a row of the table is made of: terms with operators, delay, clear rule, escalation."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping

import msgspec

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
OPPOSITE: Mapping[str, str] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
SHOWN: Mapping[str, str] = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
PRIORITIES = ("low", "medium", "high")  # ascending
# Acknowledged and forgotten (hazard H13); low never nags
ACK_TIMEOUT_S: Mapping[str, float] = {"high": 180, "medium": 300}
# No preset may let a physiological high wait longer (alarms.md a8)
LONGEST_HIGH_DELAY_S = 20

# Chattering (ISA-18.2): so many alarms of one condition in the window double its clear delay, never its delay
CHATTER_COUNT = 3
CHATTER_WINDOW_S = 60


class Term(msgspec.Struct, frozen=True):
    """One comparison: violated where ``metric op limit``, normal again where ``metric clear_op clear``.

    With ``percent`` it is also compared to the baseline (+30: at or above 130 % of it, -30: at or below 70 %)
    and both comparisons must hold; ``limit`` is then the guard that keeps a small baseline from alarming.
    """

    metric: str
    op: str
    limit: float
    clear_op: str
    clear: float
    percent: float | None = None

    @property
    def sign(self) -> int:
        """+1 where higher is worse, -1 where lower is worse."""
        return 1 if self.op in (">", ">=") else -1

    def threshold(self, baseline: float | None) -> float | None:
        """The limit to compare with and to show; None for a relative term while there is no baseline."""
        if self.percent is None:
            return self.limit
        if baseline is None:
            return None
        relative = baseline * (100 + self.percent) / 100
        return max(relative, self.limit) if self.sign > 0 else min(relative, self.limit)

    def violated(self, value: float, baseline: float | None) -> bool:
        """True where ``value`` breaks the term."""
        if not OPERATORS[self.op](value, self.limit):
            return False
        if self.percent is None:
            return True
        inclusive = OPERATORS[">=" if self.percent > 0 else "<="]
        return baseline is not None and inclusive(value, baseline * (100 + self.percent) / 100)

    def normal(self, value: float, baseline: float | None) -> bool:
        """True where ``value`` is back beyond the deadband."""
        if self.percent is not None:
            return not self.violated(value, baseline)
        return OPERATORS[self.clear_op](value, self.clear)


class Delay(msgspec.Struct, frozen=True):
    """When a violation becomes an alarm: after ``seconds``, with at least ``area`` (points beyond the limit x
    seconds) and no artefact in the raw series; in any case after ``cap_s`` (None: the same as ``seconds``).

    ``by_phase`` replaces ``seconds`` in a phase.
    """

    seconds: float = 0
    area: float = 0
    cap_s: float | None = None
    by_phase: Mapping[str, float] = {}


class Escalation(msgspec.Struct, frozen=True):
    """``priority`` once the violation is ``after_s`` old, in ``phases`` only (empty: in all)."""

    after_s: float
    priority: str
    phases: tuple[str, ...] = ()


class Level(msgspec.Struct, frozen=True):
    """``priority`` where the first term's metric is also beyond ``limit``."""

    limit: float
    priority: str


class Wall(msgspec.Struct, frozen=True):
    """A limit the first term may not pass: ``limit op bound`` must hold."""

    op: str
    bound: float


class Artefact(msgspec.Struct, frozen=True):
    """A step of ``points``, or of ``percent`` of the older value, within ``within_s`` seconds of the raw
    series; where ``low_signal`` also the device's poor-signal flag. Computed without any limit, so a tighter
    limit is never slower.
    """

    within_s: float
    points: float | None = None
    percent: float | None = None
    low_signal: bool = False

    def step(self, older: float, newer: float) -> bool:
        """True where the two values are too far apart to believe at once."""
        size = abs(newer - older)
        by_points = self.points is not None and size >= self.points
        return by_points or (self.percent is not None and size >= abs(older) * self.percent / 100)


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table. ``watch`` names the rule kind (``watch.FINDERS``).

    ``clear_readings`` counts determinations or frames that must be good (0: not counted). ``clears_with``
    takes clear limit and clear delay from that row. ``instead`` is watched where the first term's metric is
    not sent. ``fact`` is the field of ``Facts`` a ``since`` row watches. ``realarm`` is how much worse an
    acknowledged value must get to speak again. ``parents`` hold this row while they stand. Ties in priority
    go to the lower ``rank``. ``needs_patient`` rows are not watched while the patient is away from the sensors.
    """

    id: str
    kind: str
    priority: str
    watch: str
    rank: int
    text: str
    remedy: str
    source: str
    terms: tuple[Term, ...] = ()
    delay: Delay = Delay()
    clear_delay_s: float = 0
    clear_readings: int = 0
    clears_with: str = ""
    escalations: tuple[Escalation, ...] = ()
    levels: tuple[Level, ...] = ()
    latching: bool = False
    realarm: float | None = None
    instead: str = ""
    fact: str = ""
    flag: str = ""
    in_session: bool = False
    needs_patient: bool = False
    parents: tuple[str, ...] = ()
    wall: Wall | None = None
    enabled: bool = True


def highest(*priorities: str) -> str:
    """The worst of some priority words; "" counts as none."""
    return max(priorities, key=lambda word: PRIORITIES.index(word) if word in PRIORITIES else -1)
