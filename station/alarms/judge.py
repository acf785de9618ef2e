"""When a delay, a clear rule, an escalation or an acknowledgement's time is met: pure questions, no state
changed.
"""

from __future__ import annotations

from station.alarms.finding import Finding, say
from station.alarms.memory import Memory
from station.alarms.rules import ACK_TIMEOUT_S, CHATTER_COUNT, CHATTER_WINDOW_S, Condition, highest


def due(row: Condition, finding: Finding, memory: Memory, phase: str, now_ns: int) -> bool:
    """True where the delay rule of a present violation is met (alarms.md a9: an artefact only lengthens to
    the cap).
    """
    age_ns = _age_ns(memory, now_ns)
    seconds = row.delay.by_phase.get(phase, row.delay.seconds)
    cap_s = seconds if row.delay.cap_s is None else row.delay.cap_s
    enough = memory.area >= row.delay.area * 1e9 and not finding.artefact
    return age_ns >= cap_s * 1e9 or (enough and age_ns >= seconds * 1e9)


def cleared_sentence(row: Condition, finding: Finding, memory: Memory, now_ns: int) -> str:
    """The reason why the clear rule is met, "" where it is not."""
    if memory.clear_since_ns is None:
        return ""
    chattering = memory.starts_within(CHATTER_WINDOW_S, now_ns) >= CHATTER_COUNT
    clear_delay_s = row.clear_delay_s * (2 if chattering else 1)
    if now_ns - memory.clear_since_ns < clear_delay_s * 1e9:
        return ""
    if finding.counter is not None and finding.counter - memory.bad_counter < row.clear_readings:
        return ""
    lasted = f" for {say(clear_delay_s)} s" if clear_delay_s else ""
    return f"{finding.what}{lasted}{', chattering' if chattering else ''}"


def level_now(row: Condition, finding: Finding, memory: Memory, phase: str, now_ns: int) -> str:
    """The priority after escalation by time, phase and level."""
    age_ns, after_s = _age_ns(memory, now_ns), finding.escalate_after_s
    risen = (
        one.priority
        for one in row.escalations
        if age_ns >= (one.after_s if after_s is None else after_s) * 1e9 and (not one.phases or phase in one.phases)
    )
    return highest(row.priority, finding.priority, *risen)


def forgotten(memory: Memory, now_ns: int) -> bool:
    """True where an acknowledgement is so old that the alarm must speak again (hazard H13)."""
    timeout_s = ACK_TIMEOUT_S.get(memory.priority)
    return timeout_s is not None and memory.acked_ns is not None and now_ns - memory.acked_ns >= timeout_s * 1e9


def lasting_sentence(finding: Finding, memory: Memory, now_ns: int) -> str:
    """What is found and for how long: "SpO2 88 % < 90 % for 10 s"."""
    seconds = _age_ns(memory, now_ns) / 1e9
    lasted = round(seconds) if seconds >= 1 else round(seconds, 1)  # hundredths are the step's, not the patient's
    return finding.what if finding.duration or seconds <= 0 else f"{finding.what} for {say(lasted)} s"


def _age_ns(memory: Memory, now_ns: int) -> int:
    return 0 if memory.onset_ns is None else now_ns - memory.onset_ns
