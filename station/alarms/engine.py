"""The alarm engine: facts in, transitions out. Pure: same facts, same times, same transitions.

The table is ``conditions.py``, what a row finds now is ``watch.py``, what is remembered of every condition is
``register.py``, when a delay or clear rule is met is ``judge.py``; this file is the state machine of alarms.md a2
over them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from drivers.core.text import clean
from station.alarms.facts import Facts
from station.alarms.finding import Finding, Look
from station.alarms.inputs import Inputs
from station.alarms.judge import cleared_sentence, due, forgotten, lasting_sentence, level_now
from station.alarms.memory import Memory
from station.alarms.outcome import Standing, State, Transition
from station.alarms.preset import Preset
from station.alarms.register import ACTIVE, Register, describe
from station.alarms.rules import ACK_TIMEOUT_S, CHATTER_WINDOW_S, Condition, highest
from station.alarms.watch import FINDERS

_OF_DEVICES = ("link", "flag", "value_age")  # rows about a device, by what they watch


class Engine:
    """All conditions of one chair under one preset."""

    def __init__(self, preset: Preset) -> None:
        """Every condition begins INACTIVE."""
        self._preset = preset
        self._register = Register(preset.rows)
        self._inputs = Inputs()
        self._now_ns: int | None = None
        self._session: str | None = None
        self._phase = "NONE"

    # --- what others call

    def watch_by(self, preset: Preset) -> None:
        """From the next step on by the rows of another ``preset``. What stands goes on and is judged by its limits."""
        self._preset = preset
        self._register.rows = {row.id: row for row in preset.rows}

    def step(self, now_ns: int, facts: Facts) -> list[Transition]:
        """Every change since the last step, oldest first. Call it at each measurement and at 4 Hz.

        A ``now_ns`` before the last one counts as no time passed. Never raises for any facts.
        """
        now = self._advance(now_ns)
        out: list[Transition] = []
        if self._session is not None and facts.session != self._session:
            out += self._register.end_session(now)
            self._inputs = Inputs(anew_ns=now)
        self._session, self._phase = facts.session, facts.phase
        self._inputs.observe(facts)
        look = Look(
            facts=facts,
            inputs=self._inputs,
            now_ns=now,
            held_by=self._register.held_by,
            known=self._register.known,
            nibp_overdue_s=self._register.rows["NIBP_STALE"].delay.seconds,
        )
        for row in self._preset.rows:
            off = self._off(row, facts, now)
            if off:
                out += self._register.disable(row, off, now)
                continue
            out += self._register.enable(row, now)
            for finding in FINDERS[row.watch](row, look):
                out += self._judge(row, finding, now)
        return out

    def leave_behind(self, now_ns: int, sources: Collection[str], why: str) -> list[Transition]:
        """The patient went on without the devices ``sources``: what stands about their lines, flags and the age of
        their values ends, because ``why``. An alarm of the patient stays, held until its value is seen again.
        """
        gone = self._inputs.forget(sources)
        return list(self._register.end(_OF_DEVICES, gone, why, self._advance(now_ns)))

    def acknowledge(self, now_ns: int, by: str) -> list[Transition]:
        """Acknowledge every audible and every latched condition; ``by`` are initials. A present one stays."""
        now, by = self._advance(now_ns), clean(by)
        out: list[Transition] = []
        after = {State.ACTIVE_UNACK: State.ACTIVE_ACK, State.LATCHED: State.INACTIVE}
        reason = f"acknowledged by {by}" if by else "acknowledged"
        for row, subject, memory in self._register.all():
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
        return self._register.standing()

    def export(self) -> list[dict[str, Any]]:
        """Every condition that is not INACTIVE, as payloads with their memory: JSON for ``restore``."""
        return self._register.export()

    def restore(self, payloads: Iterable[Mapping[str, Any]], now_ns: int) -> tuple[str, ...]:
        """Take up after a restart from ``export()`` or from logged transitions' payloads, oldest first.

        The last payload of a condition and subject counts; times later than ``now_ns`` (another boot) become
        it. Episodes go on counting from the highest told. Returns the ids that are no condition here, which
        nobody watches now. KeyError or msgspec.ValidationError where something is no payload.
        """
        return self._register.restore(payloads, self._advance(now_ns))

    # --- what is found, over time

    def _off(self, row: Condition, facts: Facts, now: int) -> str:
        """Why ``row`` is not watched now, "" where it is."""
        if not row.enabled:
            return f"switched off in preset {self._preset.name}"
        away = row.needs_patient and facts.away_until_ns is not None and now < facts.away_until_ns
        return (facts.away_sentence or "patient away") if away else ""

    def _judge(self, row: Condition, finding: Finding, now: int) -> Iterator[Transition]:
        """Hold, or go on with what is found; ``subject`` is remembered from its first finding on."""
        memory = self._register.memory(row.id, finding.subject, now)
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
        memory.observe(finding, now, row.clear_readings, self._register.again_ns.get(row.id))
        if memory.state is State.INACTIVE and not finding.present:
            return
        yield from self._machine(row, finding, memory, now)

    def _machine(self, row: Condition, finding: Finding, memory: Memory, now: int) -> Iterator[Transition]:
        """The rows of a2, in the order in which they can follow each other within one instant."""
        subject, lasting = finding.subject, lasting_sentence(finding, memory, now)
        begins = memory.state is State.INACTIVE and finding.present
        ready = finding.present and due(row, finding, memory, self._phase, now)
        if begins:
            self._register.episodes += 1
            memory.begin(self._register.episodes, row.priority)
        if finding.present and (ready or memory.state is not State.LATCHED):
            describe(row, finding, memory)
        elif memory.state in (State.PENDING, *ACTIVE):
            memory.value = finding.value
        if begins:
            yield self._move(row, subject, memory, State.PENDING, finding.what, now)
        if memory.state is State.PENDING and not finding.present:
            yield self._move(row, subject, memory, State.INACTIVE, f"fleeting: {finding.what}", now)
        if memory.state in (State.PENDING, State.LATCHED) and ready:
            level = highest(memory.priority, level_now(row, finding, memory, self._phase, now))
            memory.announce(level, finding.worst, now, CHATTER_WINDOW_S)
            yield self._move(row, subject, memory, State.ACTIVE_UNACK, lasting, now)
        elif memory.state in ACTIVE:
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

    def _move(
        self, row: Condition, subject: str, memory: Memory, to: State, reason: str, now: int, by: str = ""
    ) -> Transition:
        return self._register.move(row, subject, memory, to, reason, now, by)
