"""A patient's record as rows. Pure."""

from __future__ import annotations

from charting.course_words import consent_line, course_lines, fact_lines, flag_lines, judged_line, score_lines
from charting.record import PatientState
from drivers.core.text import clean
from station.tui.spans import Row, Span, fill, wrapped
from station.wire.messages import ChairView
from station.wire.patient_messages import PatientView

MOST_LINES = 4  # of one sentence
_LOUD = ("Warning:", "Decision ", "Checkpoint ", "Follow-up ")


def flag_rows(record: PatientState | None, width: int) -> tuple[Row, ...]:
    """A block for each flag that nobody has charted as seen."""
    lines = flag_lines(record) if record is not None else []
    return tuple(
        fill((Span(f" {text}", "bad"),), width, "bad")
        for line in lines
        for text in wrapped(f"*** {clean(line, 240)}. NOT SEEN YET: y", width - 2, 3)
    )


def chair_flag_rows(view: ChairView, width: int) -> tuple[Row, ...]:
    """The same at the chair, in one row: it stays until it is charted as seen."""
    if not view.flags:
        return ()
    more = f" (and {len(view.flags) - 1} more)" if len(view.flags) > 1 else ""
    text = f" *** FLAG not seen yet (p): {clean(view.flags[0], 120)}{more}"
    return (fill((Span(text, "bad", "app.patient"),), width, "bad"),)


def record_rows(seen: PatientView, width: int) -> tuple[Row, ...]:
    """Course, scores, facts, consent, eligibility under their titles; what is not charted says so."""
    record = seen.record
    if record is None:
        return (
            fill((Span(" Nothing is charted under this name and identifier yet.", "bold"),), width),
            *_lines([seen.trouble] if seen.trouble else [], width),
        )
    judged = judged_line(record)
    return (
        _title("COURSE", width),
        *_lines([*([seen.trouble] if seen.trouble else []), *course_lines(seen.stands)], width),
        _title("DOSES BEFORE", width),
        *_lines(list(seen.doses) or ["no treatment is charted"], width),
        _title("SCORES", width),
        *_lines(score_lines(record) or ["no scale is charted"], width),
        _title("FACTS", width),
        *_lines(fact_lines(record) or ["no fact is charted"], width),
        _title("CONSENT AND ELIGIBILITY", width),
        *_lines([consent_line(record), *([judged] if judged else []), *seen.warnings], width),
    )


def _title(text: str, width: int) -> Row:
    return fill((Span(f" {text}", "dim"),), width)


def _lines(lines: list[str], width: int) -> tuple[Row, ...]:
    return tuple(
        fill((Span(f" {'' if n == 0 else '  '}{text}", _tone(line)),), width)
        for line in lines
        for n, text in enumerate(wrapped(clean(line, 400), width - 4, MOST_LINES))
    )


def _tone(line: str) -> str:
    due = line.startswith(_LOUD) and ("DUE" in line or line.startswith("Warning"))
    return "bold" if due or line.startswith("Next session") else "plain"
