"""The alarm engine: facts in, transitions out. Pure: same facts, same times, same transitions.

The table is ``conditions.py``, what a row finds now is ``watch.py``, what a condition remembers is ``memory.py``, when
a delay or clear rule is met is ``judge.py``; this file is the state machine of alarms.md a2 over them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from drivers.core.text import clean
from station.alarms.facts import Facts
from station.alarms.inputs import Inputs
from station.alarms.judge import cleared_sentence, due, forgotten, lasting_sentence, level_now
from station.alarms.memory import Memory, remembered
from station.alarms.outcome import Standing, State, Transition
from station.alarms.preset import Preset
from station.alarms.rules import ACK_TIMEOUT_S, CHATTER_WINDOW_S, PRIORITIES, Condition, highest
from station.alarms.watch import FINDERS, Finding, Look

_TEXT_CELLS = 40
_ACTIVE = (State.ACTIVE_UNACK, State.ACTIVE_ACK)
# Order of ``standing``: alarms first, then what is only held, then what may become one, then what is off
_TIERS = (frozenset({*_ACTIVE, State.LATCHED}), frozenset({State.HELD}), frozenset({State.PENDING}))


class Engine:
    """All conditions of one chair under one preset."""

    def __init__(self, preset: Preset) -> None:
        """Every condition begins INACTIVE."""
        self._preset = preset
        self._rows = {row.id: row for row in preset.rows}
        self._memory: dict[tuple[str, str], Memory] = {}
        self._inputs = Inputs()
        self._now_ns: int | None = None
        self._session: str | None = None
        self._episodes = 0
        self._phase = "NONE"

    # --- what others call

    def step(self, now_ns: int, facts: Facts) -> list[Transition]:
        """Every change since the last step, oldest first. Call it at each measurement and at 4 Hz.

        A ``now_ns`` before the last one counts as no time passed. Never raises for any facts.
        """
        now = self._advance(now_ns)
        out: list[Transition] = []
        if self._session is not None and facts.session != self._session:
            out += self._end_session(now)
        self._session, self._phase = facts.session, facts.phase
        self._inputs.observe(facts)
        look = Look(
            facts=facts,
            inputs=self._inputs,
            now_ns=now,
            held_by=self._held_by,
            known=self._known,
            nibp_overdue_s=self._rows["NIBP_STALE"].delay.seconds,
        )
        for row in self._preset.rows:
            if not row.enabled:
                out += self._disable(row, now)
                continue
            for finding in FINDERS[row.watch](row, look):
                out += self._judge(row, finding, now)
        return out

    def acknowledge(self, now_ns: int, by: str) -> list[Transition]:
        """Acknowledge every audible and every latched condition; ``by`` are initials. A present one stays."""
        now, by = self._advance(now_ns), clean(by)
        out: list[Transition] = []
        after = {State.ACTIVE_UNACK: State.ACTIVE_ACK, State.LATCHED: State.INACTIVE}
        reason = f"acknowledged by {by}" if by else "acknowledged"
        for (condition, subject), memory in list(self._memory.items()):
            row = self._rows[condition]
            if memory.effective not in after:
                continue
            memory.acked_ns = now
            if memory.state is State.HELD:
                memory.frozen = after[memory.effective]
                out.append(self._move(row, subject, memory, State.HELD, f"{reason} while held", now, by))
            else:
                out.append(self._move(row, subject, memory, after[memory.state], reason, now, by))
        return out

    def standing(self) -> tuple[Standing, ...]:
        """Every condition that is not INACTIVE, worst first: alarms, held, pending, off; priority; physiological."""
        return tuple(
            Standing(
                condition=condition,
                subject=subject,
                kind=self._rows[condition].kind,
                state=memory.state,
                frozen=str(memory.frozen or ""),
                priority=memory.priority or self._rows[condition].priority,
                text=memory.text or self._title(self._rows[condition], subject),
                reason=memory.reason,
                remedy=self._rows[condition].remedy,
                value=memory.value,
                limit=memory.limit,
                since_ns=memory.since_ns,
                episode=memory.episode,
                audible=memory.effective is State.ACTIVE_UNACK,
            )
            for (condition, subject), memory in sorted(self._memory.items(), key=self._order)
            if memory.state is not State.INACTIVE
        )

    def export(self) -> list[dict[str, Any]]:
        """Every condition that is not INACTIVE, as payloads with their memory: JSON for ``restore``."""
        return [
            {
                **self._transition(self._rows[key[0]], key[1], m, m.state, m.since_ns).payload(),
                "memory": m.plain(),
                "episodes": self._episodes,
            }
            for key, m in self._memory.items()
            if m.state is not State.INACTIVE
        ]

    def restore(self, payloads: Iterable[Mapping[str, Any]], now_ns: int) -> tuple[str, ...]:
        """Take up after a restart from ``export()`` or from logged transitions' payloads, oldest first.

        The last payload of a condition and subject counts; times later than ``now_ns`` (another boot) become
        it. Episodes go on counting from the highest told. Returns the ids that are no condition here, which
        nobody watches now. KeyError or msgspec.ValidationError where something is no payload.
        """
        now, strangers = self._advance(now_ns), []
        for payload in payloads:
            key = (str(payload["condition"]), clean(str(payload["subject"])))
            if key[0] not in self._rows:
                strangers.append(key[0])
                continue
            self._episodes = max(self._episodes, int(payload.get("episodes", payload["episode"])))
            memory = remembered(payload, now)
            self._memory.pop(key, None)
            if memory.state not in (State.INACTIVE, State.DISABLED):
                self._memory[key] = memory
        return tuple(dict.fromkeys(strangers))

    # --- what is found, over time

    def _judge(self, row: Condition, finding: Finding, now: int) -> Iterator[Transition]:
        """Hold, or go on with what is found; ``subject`` is remembered from its first finding on."""
        memory = self._memory.get((row.id, finding.subject))
        if memory is None:
            memory = self._memory[row.id, finding.subject] = Memory(since_ns=now)
        touched = memory.state is not State.INACTIVE
        if finding.missing and (touched or (finding.seen and (row.kind == "physiological" or finding.present))):
            if memory.state is not State.HELD:
                memory.hold()
                yield self._move(row, finding.subject, memory, State.HELD, finding.missing, now)
            return
        if finding.missing:
            return
        if memory.state is State.HELD:
            frozen = memory.release()
            yield self._move(row, finding.subject, memory, frozen, f"no longer held: {finding.what}", now)
        memory.observe(finding, now)
        if memory.state is State.INACTIVE and not finding.present:
            return
        yield from self._machine(row, finding, memory, now)

    def _machine(self, row: Condition, finding: Finding, memory: Memory, now: int) -> Iterator[Transition]:
        """The rows of a2, in the order in which they can follow each other within one instant."""
        subject, lasting = finding.subject, lasting_sentence(finding, memory, now)
        begins = memory.state is State.INACTIVE and finding.present
        ready = finding.present and due(row, finding, memory, self._phase, now)
        if begins:
            self._episodes += 1
            memory.begin(self._episodes, row.priority)
        if finding.present and (ready or memory.state is not State.LATCHED):
            self._describe(row, finding, memory)
        elif memory.state in (State.PENDING, *_ACTIVE):
            memory.value = finding.value
        if begins:
            yield self._move(row, subject, memory, State.PENDING, finding.what, now)
        if memory.state is State.PENDING and not finding.present:
            yield self._move(row, subject, memory, State.INACTIVE, f"fleeting: {finding.what}", now)
        if memory.state in (State.PENDING, State.LATCHED) and ready:
            level = highest(memory.priority, level_now(row, finding, memory, self._phase, now))
            memory.announce(level, finding.worst, now, CHATTER_WINDOW_S)
            yield self._move(row, subject, memory, State.ACTIVE_UNACK, lasting, now)
        elif memory.state in _ACTIVE:
            yield from self._go_on(row, finding, memory, lasting, now)

    def _go_on(self, row: Condition, finding: Finding, memory: Memory, lasting: str, now: int) -> Iterator[Transition]:
        """An active condition: cleared, worse, higher, forgotten, or just going on."""
        subject, cleared = finding.subject, cleared_sentence(row, finding, memory, now)
        if cleared:
            latches = row.latching and memory.priority != "low" and memory.state is State.ACTIVE_UNACK
            yield self._move(row, subject, memory, State.LATCHED if latches else State.INACTIVE, cleared, now)
            return
        level = level_now(row, finding, memory, self._phase, now) if finding.present else memory.priority
        why = ""
        if highest(memory.priority, level) != memory.priority:
            why = f"{lasting}: now {level} priority"
        elif memory.state is State.ACTIVE_ACK and memory.worse(finding.worst, row.realarm):
            why = f"worse since acknowledged: {finding.what}"
        elif memory.state is State.ACTIVE_ACK and forgotten(memory, now):
            why = f"acknowledged {ACK_TIMEOUT_S[memory.priority]:.0f} s ago and not over: {finding.what}"
        if why:
            memory.priority = highest(memory.priority, level)
            yield self._move(row, subject, memory, State.ACTIVE_UNACK, why, now)
        memory.mark(finding.worst)

    # --- bookkeeping

    def _advance(self, now_ns: int) -> int:
        self._now_ns = now_ns if self._now_ns is None else max(now_ns, self._now_ns)
        return self._now_ns

    def _held_by(self, row: Condition, source: str, metric: str) -> str:
        """The first parent of ``row`` that stands over this source or metric, in words; "" for none."""
        for parent in row.parents:
            for subject in (source, metric):
                memory = self._memory.get((parent, subject)) if subject else None
                if memory is not None and memory.state in _ACTIVE:
                    return f"held by {parent} of {subject}"
        return ""

    def _known(self, row: Condition) -> list[str]:
        return [s for (c, s), m in self._memory.items() if c == row.id and m.state is not State.INACTIVE]

    def _disable(self, row: Condition, now: int) -> Iterator[Transition]:
        for subject in self._known(row) or [""]:
            memory = self._memory.setdefault((row.id, subject), Memory(since_ns=now))
            if memory.state is not State.DISABLED:
                reason = f"switched off in preset {self._preset.name}"
                yield self._move(row, subject, memory, State.DISABLED, reason, now)

    def _end_session(self, now: int) -> Iterator[Transition]:
        """Nothing of one session reaches into the next: all is closed in the log and begins anew."""
        for (condition, subject), memory in self._memory.items():
            row = self._rows[condition]
            if memory.state not in (State.INACTIVE, State.DISABLED):
                yield self._move(row, subject, memory, State.DISABLED, "session ended", now)
            if memory.state is State.DISABLED:
                yield self._move(row, subject, memory, State.INACTIVE, "session ended: begins anew", now)
        self._memory.clear()
        self._inputs = Inputs(anew_ns=now)

    def _describe(self, row: Condition, finding: Finding, memory: Memory) -> None:
        memory.value, memory.limit = finding.value, finding.limit
        memory.text = clean(row.text.format_map(finding.words), _TEXT_CELLS)
        memory.worsen(finding.value, row.terms[0].sign if row.terms else 1)

    def _title(self, row: Condition, subject: str) -> str:
        return clean(f"{row.id} {subject}", _TEXT_CELLS)

    def _move(
        self, row: Condition, subject: str, memory: Memory, to: State, reason: str, now: int, by: str = ""
    ) -> Transition:
        """Enter a state and report it; after the report an ended episode is forgotten."""
        before, memory.state, memory.reason = memory.state, to, clean(reason)
        if to is not before:
            memory.since_ns = now
        if to is not State.HELD:
            memory.frozen = None
        transition = self._transition(row, subject, memory, before, now, by)
        if to is State.LATCHED:
            memory.onset_ns = None  # the next violation of this episode waits its own delay
        if to is State.INACTIVE:
            memory.reset()
        return transition

    def _transition(
        self, row: Condition, subject: str, memory: Memory, before: State, now: int, by: str = ""
    ) -> Transition:
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
            text=memory.text or self._title(row, subject),
            extreme=memory.extreme,
            onset_ns=memory.onset_ns,
            frozen=str(memory.frozen or ""),
            by=by,
        )

    def _order(self, item: tuple[tuple[str, str], Memory]) -> tuple[int, int, int, bool, int, int]:
        (condition, _), memory = item
        row, state = (
            self._rows[condition],
            memory.effective if memory.effective in _TIERS[0] else memory.state,
        )
        tier = next((place for place, states in enumerate(_TIERS) if state in states), len(_TIERS))
        priority = PRIORITIES.index(memory.priority or row.priority)
        return tier, -priority, list(State).index(state), row.kind != "physiological", row.rank, -memory.since_ns
