"""Every condition of a chair by id and subject: moved from state to state, told, exported, restored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from drivers.core.text import clean
from station.alarms.finding import Finding
from station.alarms.memory import Memory, remembered
from station.alarms.outcome import Standing, State, Transition
from station.alarms.rules import PRIORITIES, Condition

TEXT_CELLS = 40
ACTIVE = (State.ACTIVE_UNACK, State.ACTIVE_ACK)
# Order of ``standing``: what nobody has acknowledged (an alarm that goes on for hours, such as one about the sound,
# must not stand before a new one) unless it is low, by priority; then low ones and what is acknowledged, by priority
# too, so that no task that is due hides a high alarm; what is only held, what may become one, what is off
_NOT_ACKNOWLEDGED = frozenset({State.ACTIVE_UNACK, State.LATCHED})
_LATER = (frozenset({State.HELD}), frozenset({State.PENDING}))


class Register:
    """What the engine remembers of its ``rows``. ``again_ns``: since when a row that was off is watched again."""

    def __init__(self, rows: Iterable[Condition]) -> None:
        """Every condition begins INACTIVE."""
        self.rows = {row.id: row for row in rows}
        self.again_ns: dict[str, int] = {}
        self.episodes = 0
        self._memory: dict[tuple[str, str], Memory] = {}
        self._off: set[str] = set()

    def memory(self, condition: str, subject: str, now: int) -> Memory:
        """The memory of a condition and subject, from its first finding on."""
        return self._memory.get((condition, subject)) or self._memory.setdefault(
            (condition, subject), Memory(since_ns=now)
        )

    def all(self) -> list[tuple[Condition, str, Memory]]:
        """Everything remembered: row, subject, memory."""
        return [(self.rows[condition], subject, memory) for (condition, subject), memory in self._memory.items()]

    def known(self, row: Condition) -> list[str]:
        """Subjects of ``row`` that are not INACTIVE."""
        return [s for (c, s), m in self._memory.items() if c == row.id and m.state is not State.INACTIVE]

    def held_by(self, row: Condition, source: str, metric: str) -> str:
        """The first parent of ``row`` that stands over this source or metric, in words; "" for none."""
        for parent in row.parents:
            for subject in (source, metric):
                memory = self._memory.get((parent, subject)) if subject else None
                if memory is not None and memory.state in ACTIVE:
                    return f"held by {parent} of {subject}"
        return ""

    # --- transitions

    def disable(self, row: Condition, why: str, now: int) -> Iterator[Transition]:
        """``row`` is not watched, and says so: each of its subjects, or the row itself, is DISABLED."""
        self._off.add(row.id)
        for subject in self.known(row) or [""]:
            memory = self.memory(row.id, subject, now)
            if memory.state is not State.DISABLED:
                yield self.move(row, subject, memory, State.DISABLED, why, now)

    def enable(self, row: Condition, now: int) -> Iterator[Transition]:
        """``row`` is watched; where it was off it begins anew, delay and all."""
        if row.id not in self._off:
            return
        self._off.discard(row.id)
        self.again_ns[row.id] = now
        for subject in self.known(row):
            memory = self.memory(row.id, subject, now)
            if memory.state is State.DISABLED:
                yield self.move(row, subject, memory, State.INACTIVE, f"watched again; was off: {memory.reason}", now)

    def end(self, watches: Iterable[str], subjects: Collection[str], why: str, now: int) -> Iterator[Transition]:
        """What stands about ``subjects`` ends in the rows of these ``watches``: nobody can find them any more."""
        for row, subject, memory in self.all():
            if row.watch in watches and subject in subjects and memory.state is not State.INACTIVE:
                yield self.move(row, subject, memory, State.INACTIVE, why, now)

    def end_session(self, now: int) -> Iterator[Transition]:
        """Nothing of one session reaches into the next: all is closed in the log and begins anew."""
        for row, subject, memory in self.all():
            if memory.state not in (State.INACTIVE, State.DISABLED):
                yield self.move(row, subject, memory, State.DISABLED, "session ended", now)
            if memory.state is State.DISABLED:
                yield self.move(row, subject, memory, State.INACTIVE, "session ended: begins anew", now)
        self._memory.clear()
        self._off.clear()
        self.again_ns.clear()

    def move(
        self, row: Condition, subject: str, memory: Memory, to: State, reason: str, now: int, by: str = ""
    ) -> Transition:
        """Enter a state and report it; after the report an ended episode is forgotten."""
        before, memory.state, memory.reason = memory.state, to, clean(reason)
        if to is not before:
            memory.since_ns = now
        if to is not State.HELD:
            memory.frozen = None
        transition = _transition(row, subject, memory, before, now, by)
        if to is State.LATCHED:
            memory.onset_ns = None  # the next violation of this episode waits its own delay
        if to is State.INACTIVE:
            memory.reset()
        return transition

    # --- what others are told

    def standing(self) -> tuple[Standing, ...]:
        """Every condition that is not INACTIVE: high and medium ones not acknowledged, then low or acknowledged ones,
        held, pending, off; in each by priority, what nobody acknowledged first, the patient before the technical.
        """
        return tuple(
            Standing(
                condition=row.id,
                subject=subject,
                kind=row.kind,
                state=memory.state,
                frozen=str(memory.frozen or ""),
                priority=memory.priority or row.priority,
                text=memory.text or _title(row, subject),
                reason=memory.reason,
                remedy=row.remedy,
                value=memory.value,
                limit=memory.limit,
                since_ns=memory.since_ns,
                episode=memory.episode,
                audible=memory.effective is State.ACTIVE_UNACK,
            )
            for row, subject, memory in sorted(self.all(), key=_order)
            if memory.state is not State.INACTIVE
        )

    def export(self) -> list[dict[str, Any]]:
        """Every condition that is not INACTIVE, as payloads with their memory: JSON for ``restore``."""
        return [
            {
                **_transition(row, subject, memory, memory.state, memory.since_ns).payload(),
                "memory": memory.plain(),
                "episodes": self.episodes,
            }
            for row, subject, memory in self.all()
            if memory.state is not State.INACTIVE
        ]

    def restore(self, payloads: Iterable[Mapping[str, Any]], now: int) -> tuple[str, ...]:
        """As ``Engine.restore`` says."""
        strangers = []
        for payload in payloads:
            key = (str(payload["condition"]), clean(str(payload["subject"])))
            if key[0] not in self.rows:
                strangers.append(key[0])
                continue
            self.episodes = max(self.episodes, int(payload.get("episodes", payload["episode"])))
            memory = remembered(payload, now)
            self._memory.pop(key, None)
            if memory.state is not State.INACTIVE:
                self._memory[key] = memory
        self._off = {condition for (condition, _), m in self._memory.items() if m.state is State.DISABLED}
        return tuple(dict.fromkeys(strangers))


def describe(row: Condition, finding: Finding, memory: Memory) -> None:
    """Keep what is found for the banner and the log: value, limit, text, the extreme so far."""
    memory.value, memory.limit = finding.value, finding.limit
    memory.text = clean(row.text.format_map(finding.words), TEXT_CELLS)
    memory.worsen(finding.value, row.terms[0].sign if row.terms else 1)


def _title(row: Condition, subject: str) -> str:
    return clean(f"{row.id} {subject}", TEXT_CELLS)


def _transition(row: Condition, subject: str, memory: Memory, before: State, now: int, by: str = "") -> Transition:
    return Transition(
        condition=row.id,
        subject=subject,
        kind=row.kind,
        priority=memory.priority or row.priority,
        from_state=before,
        to_state=memory.state,
        value=memory.value,
        limit=memory.limit,
        reason=memory.reason,
        at_ns=now,
        episode=memory.episode,
        text=memory.text or _title(row, subject),
        extreme=memory.extreme,
        onset_ns=memory.onset_ns,
        frozen=str(memory.frozen or ""),
        by=by,
    )


def _order(item: tuple[Condition, str, Memory]) -> tuple[int, int, bool, bool, int, int, int]:
    row, _, memory = item
    state = memory.effective if memory.effective in (*ACTIVE, State.LATCHED) else memory.state
    priority, loud = PRIORITIES.index(memory.priority or row.priority), state in _NOT_ACKNOWLEDGED
    if loud or state is State.ACTIVE_ACK:
        tier = 0 if loud and priority else 1
    else:
        tier = 2 + next((place for place, states in enumerate(_LATER) if state in states), len(_LATER))
    return tier, -priority, not loud, row.kind != "physiological", list(State).index(state), row.rank, -memory.since_ns
