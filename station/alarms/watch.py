"""One function per rule kind: what a row finds in the facts now. Judging over time is the engine's part."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import msgspec

from drivers.core.catalogue import METRICS, NIBP
from drivers.core.text import clean
from station.alarms.finding import Finding, Look, say
from station.alarms.inputs import label, number
from station.alarms.rules import OPPOSITE, SHOWN, Condition, Term, highest

_UNITS = {"DISK_FREE": "MB"}  # watched, and no metric of a patient
_BYTES_PER_MB = 1e6
_WHY = {"chart_failing_ns": "chart_sentence", "audio_failing_ns": "audio_sentence"}


def _sentence(metric: str, value: float, op: str, limit: float, whence: str) -> str:
    unit = METRICS[metric].unit_shown if metric in METRICS else _UNITS.get(metric, "")
    gap = "" if unit.startswith("/") else " "
    return f"{label(metric)} {say(value)}{gap}{unit} {SHOWN[op]} {say(limit)}{gap}{unit}{whence}"


def _compare(judged: Sequence[tuple[Term, str, float]], baseline: float | None) -> Finding:
    """Judge (term, metric, value) triples; value, limit and sentence are of the first violated one."""
    broken = [one for one in judged if one[0].violated(one[2], baseline)]
    normal = all(term.normal(value, baseline) for term, _, value in judged)
    term, metric, value = (broken or judged)[0]
    op, limit = term.op, term.threshold(baseline)
    if not broken:
        op, limit = (term.clear_op, term.clear) if normal else (OPPOSITE[term.op], limit)
    relative = broken and term.percent is not None and baseline is not None
    whence = f" (baseline {say(baseline)} {term.percent:+g} %)" if relative else ""
    return Finding(
        present=bool(broken),
        normal=normal,
        sentence=partial(_sentence, metric, value, op, limit if limit is not None else term.limit, whence),
        value=value,
        limit=limit,
        excess=abs(value - limit) if broken and limit is not None else 0,
        worst={metric: value * term.sign for term, metric, value in broken},
    )


def stream(row: Condition, look: Look) -> Iterator[Finding]:
    """One continuous metric against a limit, or ``instead`` while the first one was never sent or has gone
    stale.
    """
    term, why = row.terms[0], ""
    for metric in filter(None, (term.metric, row.instead)):
        reading = look.inputs.readings.get(metric)
        if reading is None or reading.updated_ns is None:
            continue
        held = look.held_by(row, reading.source, metric)
        missing = held or look.inputs.missing(reading, look.now_ns)
        if not missing:
            found = _compare([(term, metric, float(reading.value or 0))], None)
            window_s = row.delay.seconds if row.delay.cap_s is None else row.delay.cap_s
            yield msgspec.structs.replace(
                found,
                words={"name": label(metric), "value": say(found.value)} if found.present else {},
                artefact=look.inputs.artefact(metric, look.now_ns, window_s),
            )
            return
        why = why or missing
        if not held and look.now_ns - reading.updated_ns < reading.stale_after_s * 1e9:
            break  # a moment without a number is no reason yet to watch another one
    yield Finding(missing=why or f"{label(term.metric)}: not seen yet", seen=bool(why))


def cuff(row: Condition, look: Look) -> Iterator[Finding]:
    """The latest determination against limits and baseline; it stands until the series is overdue."""
    latest, baseline = look.inputs.cuff, look.facts.baseline
    if latest is None:
        yield Finding(missing="NIBP: not seen yet", seen=False)
        return
    held, interval_s = look.held_by(row, latest.source, ""), number(look.facts.nibp_interval_s)
    too_old = interval_s is not None and (look.now_ns - latest.at_ns >= (interval_s + look.nibp_overdue_s) * 1e9)
    if held or too_old:
        yield Finding(missing=held or "NIBP: the last reading is too old")
        return
    values = dict(zip(NIBP, (number(latest.sys), number(latest.dia), number(latest.mean)), strict=True))
    known = [(term, term.metric, v) for term in row.terms if (v := values[term.metric]) is not None]
    if not known:
        yield Finding(missing="NIBP: the reading lacks what is watched")
        return
    found = _compare(known, number(baseline.sys) if baseline is not None else None)
    words = {}
    if found.present:
        words = {"cuff": f"{say(values['NIBP_SYS'])}/{say(values['NIBP_DIA'])}", "value": say(found.value)}
    yield msgspec.structs.replace(found, words=words, counter=latest.number)


def cuff_age(row: Condition, look: Look) -> Iterator[Finding]:
    """Time without a timed determination, beyond the interval asked for. The count of them ends it, so that it
    stands until one comes, also where a later phase asks less often.
    """
    interval_s, timed_ns = number(look.facts.nibp_interval_s), look.facts.cuff_timed_ns
    from_ns = max((then for then in (look.facts.nibp_from_ns, timed_ns) if then is not None), default=None)
    if interval_s is None or from_ns is None:
        yield Finding(normal=True, sentence=lambda: "NIBP: no series asked for")
        return
    age_s = (look.now_ns - from_ns) / 1e9
    present = look.now_ns - from_ns >= (interval_s + row.delay.seconds) * 1e9
    yield Finding(
        present=present,
        normal=not present,
        sentence=lambda: (
            f"NIBP: no reading for {age_s:.0f} s, one every {say(interval_s)} s asked for"
            if present
            else f"NIBP: reading came {age_s:.0f} s ago"
            if from_ns == timed_ns
            else "NIBP: no reading yet"
        ),
        value=age_s,
        limit=interval_s + row.delay.seconds,
        words={"minutes": f"{age_s // 60:.0f}"} if present else {},
        onset_ns=_after(from_ns, interval_s),
        counter=look.inputs.timed_count,
        duration=True,
    )


def value_age(row: Condition, look: Look) -> Iterator[Finding]:
    """Time without a usable value of each stream that was usable once."""
    for metric, reading in look.inputs.readings.items():
        if reading.updated_ns is None or metric in NIBP:
            continue
        age_s = (look.now_ns - reading.updated_ns) / 1e9
        present = age_s >= min(row.delay.seconds, reading.stale_after_s)
        yield Finding(
            subject=metric,
            present=present,
            normal=not present,
            missing=look.held_by(row, reading.source, metric),
            sentence=partial(_value_age_sentence, metric, age_s if present else None),
            value=age_s,
            limit=row.delay.seconds,
            words={"subject": label(metric), "seconds": f"{age_s:.0f}"} if present else {},
            onset_ns=reading.updated_ns,
            duration=True,
        )


def flag(row: Condition, look: Look) -> Iterator[Finding]:
    """A device's own flag, by metric or by source where it concerns the whole device."""
    now_set = {f.metric or f.source: f for f in look.facts.flags if f.kind == row.flag}
    for subject in dict.fromkeys([*now_set, *look.known(row)]):
        current = now_set.get(subject) or look.inputs.flags.get(subject)
        yield Finding(
            subject=subject,
            present=subject in now_set,
            normal=subject not in now_set,
            missing=look.held_by(row, current.source if current else "", ""),
            sentence=partial(_flag_sentence, subject, subject in now_set),
            words={"subject": label(subject)},
            onset_ns=now_set[subject].since_ns if subject in now_set else None,
        )


def link(_row: Condition, look: Look) -> Iterator[Finding]:
    """Time without a valid frame on each line, against the driver's own bound."""
    for source, line in look.inputs.links.items():
        bound_s = number(line.lost_after_s)
        from_ns = line.since_ns if line.last_good_ns is None else line.last_good_ns
        present = bound_s is not None and look.now_ns - from_ns >= bound_s * 1e9
        silent_s = (look.now_ns - from_ns) / 1e9
        yield Finding(
            subject=source,
            present=present,
            normal=not present,
            sentence=partial(_link_sentence, source, silent_s if present else None),
            value=silent_s,
            limit=bound_s,
            words={"subject": source[:24]},
            onset_ns=_after(from_ns, bound_s or 0),
            counter=line.good_frames,
            duration=True,
        )


def since(row: Condition, look: Look) -> Iterator[Finding]:
    """Something that is wrong since a known instant: a field of the facts."""
    began_ns: int | None = getattr(look.facts, row.fact)
    present = began_ns is not None and not (row.in_session and look.facts.session is None)
    why = getattr(look.facts, _WHY[row.fact]) if row.fact in _WHY else ""
    yield Finding(
        present=present,
        normal=not present,
        sentence=lambda: (f"{row.text}: {why}" if why else row.text) if present else f"{row.text}: no longer",
        onset_ns=began_ns,
    )


def task(row: Condition, look: Look) -> Iterator[Finding]:
    """Each thing that is owed, from the instant it is due until it is charted or asked for no more."""
    owed = {one.name: one for one in look.facts.tasks}
    for name in dict.fromkeys([*owed, *look.known(row)]):
        one = owed.get(name)
        onset_ns = one.due_ns + round(one.late_s * 1e9) if one else 0
        present = one is not None and look.now_ns >= onset_ns
        what = clean(one.text if one else name)
        late_s = (look.now_ns - one.due_ns) / 1e9 if one else 0
        yield Finding(
            subject=name,
            present=present,
            normal=not present,
            sentence=partial(_task_sentence, what, late_s if present else None),
            words={"subject": what},
            onset_ns=onset_ns if present else None,
            escalate_after_s=one.escalate_s - one.late_s if one and one.escalate_s is not None else None,
            duration=True,
        )


def level(row: Condition, look: Look) -> Iterator[Finding]:
    """Free disk space in MB against a limit; further levels raise the priority."""
    term, free = row.terms[0], number(look.facts.disk_free_bytes)
    if free is None:
        yield Finding(missing="Free disk space is not known", seen=False)
        return
    found = _compare([(term, term.metric, free / _BYTES_PER_MB)], None)
    raised = [one.priority for one in row.levels if term.sign * (free / _BYTES_PER_MB - one.limit) > 0]
    yield msgspec.structs.replace(found, words={"value": f"{free / _BYTES_PER_MB:.0f}"}, priority=highest("", *raised))


def _value_age_sentence(metric: str, age_s: float | None) -> str:
    return f"{label(metric)} is back" if age_s is None else f"{label(metric)}: no usable value for {age_s:.0f} s"


def _flag_sentence(subject: str, off: bool) -> str:
    return f"{label(subject)}: sensor {'off' if off else 'flag gone'}"


def _link_sentence(source: str, silent_s: float | None) -> str:
    return f"{source}: data are back" if silent_s is None else f"{source}: nothing readable for {silent_s:.0f} s"


def _task_sentence(what: str, late_s: float | None) -> str:
    return f"{what}: not owed now" if late_s is None else f"{what}: due for {late_s / 60:.0f} min"


def _after(at_ns: int, seconds: float) -> int:
    return at_ns + math.ceil(min(seconds, 1e9) * 1e9)


FINDERS: Mapping[str, Callable[[Condition, Look], Iterator[Finding]]] = {
    "stream": stream,
    "cuff": cuff,
    "cuff_age": cuff_age,
    "value_age": value_age,
    "flag": flag,
    "link": link,
    "since": since,
    "task": task,
    "level": level,
}
