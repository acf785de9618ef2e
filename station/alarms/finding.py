"""What a row finds at one instant, and what it may look at for that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from station.alarms.facts import Facts
from station.alarms.inputs import Inputs
from station.alarms.rules import Condition


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one row finds about one subject at one instant.

    ``missing`` says why nothing can be found (then the condition is held), ``seen`` whether the input ever
    was there. ``onset_ns`` is set where the facts themselves say since when. ``counter`` counts
    determinations or frames. ``excess`` is points beyond the limit, ``worst`` the violated terms' values with
    higher meaning worse. ``escalate_after_s`` takes the place of the row's own.
    ``duration`` tells that ``what`` already names how long. ``sentence`` makes ``what`` and is called only when a
    transition says it; ``words`` fill the row's text and stand only where ``present``.
    """

    subject: str = ""
    present: bool = False
    normal: bool = False
    missing: str = ""
    seen: bool = True
    sentence: Callable[[], str] = str
    value: float | None = None
    limit: float | None = None
    words: Mapping[str, str] = {}
    onset_ns: int | None = None
    counter: int | None = None
    excess: float = 0
    worst: Mapping[str, float] = {}
    priority: str = ""
    escalate_after_s: float | None = None
    artefact: bool = False
    duration: bool = False

    @property
    def what(self) -> str:
        """What is found, in plain words."""
        return self.sentence()


class Look(msgspec.Struct, frozen=True):
    """What a finder may look at. ``held_by(row, source, metric)`` names a standing parent or is "";
    ``known(row)`` are the subjects of the row that are not inactive; ``nibp_overdue_s`` is ``NIBP_STALE``'s
    delay.
    """

    facts: Facts
    inputs: Inputs
    now_ns: int
    held_by: Callable[[Condition, str, str], str]
    known: Callable[[Condition], Iterable[str]]
    nibp_overdue_s: float


def say(value: float | None) -> str:
    """A number as people read it, never long; ``--`` for none."""
    return "--" if value is None else f"{value:.6g}"
