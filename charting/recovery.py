"""Recovery scores after the infusion: modified Aldrete and PADSS as checklists of rows worth 0, 1 or 2 points.

Sources print the pressure row in two ways, in percent of the baseline and in mmHg, so a checklist is one of its
versions and the version is stored with the score. Where the boundaries fall, which the sources leave open, is said by
each checklist's ``source`` and stands in its numbers. A row that is not known gives no points; then there is no total.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Literal, NamedTuple

import msgspec

from drivers.core.text import clean

HIGHEST = 2  # points of a row


class RecoveryError(ValueError):
    """A checklist, row or points that do not exist; ``str()`` is one sentence for a person."""


class Row(NamedTuple):
    """One row; ``words`` say what 0, 1 and 2 points mean. ``judged`` rows are answered by a person."""

    id: str
    text: str
    words: tuple[str, str, str]
    judged: bool = True


class Checklist(msgspec.Struct, frozen=True, kw_only=True):
    """A published checklist in one of its versions; ``ready_from`` points it is passed.

    The row ``pressure`` is computed from how far the systolic pressure is from its baseline, in ``unit``: up to and
    with ``near`` it is 2 points, from there to ``far`` 1 point, exactly ``far`` is ``at_far`` points, beyond it none.
    Where that row is judged too (PADSS means all vital signs), both are needed and the lower one counts. ``variant``
    says what other copies print.
    """

    id: str
    version: str
    name: str
    source: str
    rows: tuple[Row, ...]
    pressure: str
    unit: Literal["percent", "mmHg"]
    near: float
    far: float
    at_far: int
    ready_from: int = 9
    variant: str = ""


class Points(msgspec.Struct, frozen=True, kw_only=True):
    """What was scored. ``total`` and ``ready`` are None while a row is missing; ``working`` is the pressure's."""

    checklist: str
    version: str
    rows: dict[str, int | None]
    missing: tuple[str, ...]
    total: int | None
    ready: bool | None
    working: str


def _aldrete(unit: Literal["percent", "mmHg"], note: str) -> Checklist:
    said = "%" if unit == "percent" else " mmHg"
    return Checklist(
        id=f"aldrete_{unit.lower()}",
        version=f"1995, {unit}",
        name=f"modified Aldrete ({unit})",
        source=f"Aldrete, J Clin Anesth 1995;7:89-91; {note}",
        rows=(
            Row("activity", "moves", ("no limb", "two limbs", "four limbs")),
            Row("respiration", "breathes", ("apnoea", "short of breath, shallow or limited", "deeply, coughs freely")),
            Row(
                "circulation",
                "systolic pressure from baseline",
                (f"50{said} or more", f"more than 20{said}, less than 50{said}", f"up to 20{said}"),
                judged=False,
            ),
            Row("consciousness", "awake", ("no response", "wakes when called", "fully awake")),
            Row("oxygen", "SpO2", ("below 90% with oxygen", "needs oxygen to stay above 90%", "above 92% on room air")),
        ),
        pressure="circulation",
        unit=unit,
        near=20,
        far=50,
        at_far=0,
        variant="other copies print 92% for 90% with oxygen, or 90% for 92% on room air",
    )


_VITALS = Row("vitals", "vital signs from baseline", ("beyond 40%", "more than 20%, up to 40%", "up to 20%"))
_BLEEDING = Row("bleeding", "bleeding", ("severe", "moderate", "none or minimal"))
_ALL = (
    _aldrete("percent", "20 and 50 percent of the baseline; exactly 20 counts as within, exactly 50 as 0 points"),
    _aldrete(
        "mmHg", "20 and 50 mmHg as in World J Gastroenterol 2015;21:3671; exactly 20 is within, exactly 50 0 points"
    ),
    Checklist(
        id="padss",
        version="1995",
        name="PADSS",
        source="Chung, Chan, Ong, J Clin Anesth 1995;7:500-506; exactly 20% counts as within, exactly 40% as 1 point",
        rows=(
            _VITALS,
            Row("activity", "orientation and gait", ("neither", "oriented or steady", "oriented and steady")),
            Row("pain_nausea", "pain, nausea, vomiting", ("severe", "moderate", "none or minimal")),
            _BLEEDING,
            Row("intake", "has drunk and passed urine", ("neither", "one of them", "both")),
        ),
        pressure="vitals",
        unit="percent",
        near=20,
        far=40,
        at_far=1,
    ),
    Checklist(
        id="padss_modified",
        version="modified, without intake",
        name="modified PADSS",
        source="World J Gastrointest Endosc 2013;5:502-507; exactly 20% counts as within, exactly 40% gives 1 point",
        rows=(
            _VITALS,
            Row("activity", "walks", ("not, or dizzy", "with help", "steadily, not dizzy")),
            Row("nausea", "nausea, vomiting", ("severe", "moderate", "none or minimal")),
            Row("pain", "pain", ("severe", "moderate", "none or minimal")),
            _BLEEDING,
        ),
        pressure="vitals",
        unit="percent",
        near=20,
        far=40,
        at_far=1,
    ),
)
CHECKLISTS: Mapping[str, Checklist] = {one.id: one for one in _ALL}


def checklist(name: str) -> Checklist:
    """The checklist of an id. ``RecoveryError`` with the nearest id where there is none."""
    if name not in CHECKLISTS:
        said = clean(name, 40)
        near = difflib.get_close_matches(said, CHECKLISTS, 1, 0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(CHECKLISTS)}"
        raise RecoveryError(f"no recovery score is called {said!r}; {hint}")
    return CHECKLISTS[name]


def apart(unit: str, baseline: float | None, now: float | None) -> float | None:
    """How far ``now`` is from ``baseline``, in mmHg or percent of it; None where either is not known or no pressure."""
    if baseline is None or now is None or not 0 < baseline < float("inf") or not 0 < now < float("inf"):
        return None
    return abs(now - baseline) * 100 / baseline if unit == "percent" else abs(now - baseline)


def points(of: Checklist, answers: Mapping[str, int | None], baseline_sys: float | None, sys: float | None) -> Points:
    """The score of ``answers`` (row id to 0, 1 or 2; None or absent is not known) with systolic pressures in mmHg.

    Raises ``RecoveryError`` for a row that is not there or is computed, and for points that a row does not give.
    """
    judged = [row.id for row in of.rows if row.judged]
    for row, given in answers.items():
        if row not in judged:
            raise RecoveryError(f"{clean(row, 40)!r} is no row of {of.name} to answer; there are: {', '.join(judged)}")
        if given is not None and (type(given) is not int or not 0 <= given <= HIGHEST):
            raise RecoveryError(f"{row} of {of.name} gives 0, 1 or 2 points, not {given}")
    far = apart(of.unit, baseline_sys, sys)
    computed = None if far is None else _of_pressure(of, far)
    rows = {row.id: answers.get(row.id) for row in of.rows}
    known = [one for one in (computed, rows[of.pressure]) if one is not None]
    needed = 2 if of.pressure in judged else 1
    rows[of.pressure] = min(known) if len(known) == needed else None
    missing = tuple(row for row, given in rows.items() if given is None)
    total = None if missing else sum(given for given in rows.values() if given is not None)
    return Points(
        checklist=of.id,
        version=of.version,
        rows=rows,
        missing=missing,
        total=total,
        ready=None if total is None else total >= of.ready_from,
        working=_working(of, baseline_sys, sys, far, computed),
    )


def _of_pressure(of: Checklist, far: float) -> int:
    if far <= of.near:
        return HIGHEST
    return of.at_far if far == of.far else int(far < of.far)


def _working(
    of: Checklist, baseline_sys: float | None, sys: float | None, far: float | None, computed: int | None
) -> str:
    if far is None:
        return f"no points: {'no baseline pressure' if not baseline_sys else 'no pressure now'}"
    unit = "%" if of.unit == "percent" else " mmHg"
    return f"systolic {sys:g} is {far:.3g}{unit} from the baseline {baseline_sys:g}: {computed} of {HIGHEST} points"
