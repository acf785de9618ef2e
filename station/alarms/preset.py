"""Presets: what a clinic's file may change in the table, checked before it takes effect."""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from drivers.core.text import clean
from station.alarms.conditions import CONDITIONS
from station.alarms.finding import say
from station.alarms.inputs import number
from station.alarms.rules import (
    LONGEST_HIGH_DELAY_S,
    OPERATORS,
    SHOWN,
    Condition,
    Delay,
    Escalation,
    Term,
)

T = TypeVar("T")
_FOLDER = Path(__file__).parent / "presets"


class PresetError(ValueError):
    """A preset that may not be used; the message is one sentence made to be shown."""


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a preset may say of one condition; None keeps the row's. Metric's unit, seconds, count or %."""

    limit: float | None = None
    clear: float | None = None
    limit_dia: float | None = None
    limit_mean: float | None = None
    relative_percent: float | None = None
    delay_s: float | None = None
    clear_delay_s: float | None = None
    clear_readings: int | None = None
    escalate_after_s: float | None = None
    priority: Literal["high", "medium", "low"] | None = None
    enabled: bool | None = None


class PresetHead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A preset file's own words."""

    name: str = ""
    version: str | int | float = ""
    source: str = ""


# The head and one optional table for each condition: unknown conditions are refused by the type itself
PresetFile = msgspec.defstruct(
    "PresetFile",
    [(condition, Limits | None, None) for condition in CONDITIONS],
    bases=(PresetHead,),
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
)


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """The table as it is watched: every row with the preset's changes in it, in the table's order."""

    name: str
    version: str
    source: str
    rows: tuple[Condition, ...]

    def row(self, condition: str) -> Condition:
        """The row of an id; KeyError where there is none."""
        return next((row for row in self.rows if row.id == condition), CONDITIONS[condition])


def applicable(row: Condition) -> frozenset[str]:
    """The keys of ``Limits`` that mean something for a row."""
    metrics = {term.metric for term in row.terms}
    timed = row.watch != "link"  # a line's delay is its driver's lost_after_s
    offers = {
        "limit": bool(row.terms),
        "clear": bool(row.terms),
        "limit_dia": "NIBP_DIA" in metrics,
        "limit_mean": "NIBP_MEAN" in metrics,
        "relative_percent": any(term.percent is not None for term in row.terms),
        "delay_s": timed,
        "clear_delay_s": timed,
        "clear_readings": row.clear_readings > 0,
        "escalate_after_s": bool(row.escalations),
        "priority": True,
        "enabled": True,
    }
    return frozenset(key for key, offered in offers.items() if offered)


def load_preset(data: Mapping[str, Any], name: str) -> Preset:
    """A preset from parsed TOML; ``name`` is used where the file gives none.

    Raises PresetError in one sentence: unknown keys or conditions (with the nearest id), keys that do not
    apply to their row, limits past a hard wall, clear limits on the wrong side.
    """
    known = [*PresetHead.__struct_fields__, *CONDITIONS]
    for key in data:
        if key not in known:
            raise PresetError(f"{clean(str(key), 40)} is no condition{_nearest(str(key), list(CONDITIONS))}")
        if key in CONDITIONS and isinstance(data[key], Mapping):
            for inner in data[key]:
                if inner not in Limits.__struct_fields__:
                    hint = _nearest(str(inner), sorted(applicable(CONDITIONS[key])))
                    raise PresetError(f"{key}: {clean(str(inner), 40)} is no key of a condition{hint}")
    try:
        written: Any = msgspec.convert(dict(data), PresetFile)
    except msgspec.ValidationError as error:
        raise PresetError(f"preset {clean(name)}: {error}") from error
    changes = {row.id: getattr(written, row.id) or Limits() for row in CONDITIONS.values()}
    rows = {row.id: _changed(row, changes[row.id]) for row in CONDITIONS.values()}
    followed = (_following(row, changes[row.id], rows) for row in rows.values())
    return Preset(
        name=clean(written.name or name),
        version=clean(str(written.version)),
        source=clean(written.source),
        rows=tuple(_sane(row) for row in followed),
    )


def preset_names() -> tuple[str, ...]:
    """The presets that come with the station, by name."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def preset_path(name: str) -> Path:
    """The file of a shipped preset; PresetError with the nearest name where there is none."""
    if name not in preset_names():
        raise PresetError(f"there is no preset {clean(name, 40)}{_nearest(name, list(preset_names()))}")
    return _FOLDER / f"{name}.toml"


def shipped_preset(name: str) -> Preset:
    """A shipped preset, read and checked."""
    return load_preset(tomllib.loads(preset_path(name).read_text("utf-8")), name)


def digest(preset: Preset) -> str:
    """Hex BLAKE2b of the preset's canonical JSON: equal digests watch alike, whether 90 or 90.0 was written."""
    canonical = msgspec.convert(msgspec.to_builtins(preset), Preset)  # every number as its field's type
    return hashlib.blake2b(msgspec.json.encode(canonical, order="deterministic"), digest_size=16).hexdigest()


def named(preset: Preset) -> dict[str, str]:
    """The preset as the chart names it."""
    return {"name": preset.name, "version": preset.version, "digest": digest(preset)}


def limits_for(preset: Preset, metric: str) -> tuple[float | None, float | None, bool]:
    """(low, high, alarm_off) for the screen: the tightest absolute limits watched on ``metric``;
    ``alarm_off`` where a condition that watches it is switched off.
    """
    rows = [row for row in preset.rows if metric == row.instead or any(t.metric == metric for t in row.terms)]
    watched = [
        term
        for row in rows
        if row.enabled
        for term in row.terms
        if term.percent is None and metric in (term.metric, row.instead)
    ]
    low = max((term.limit for term in watched if term.sign < 0), default=None)
    high = min((term.limit for term in watched if term.sign > 0), default=None)
    return low, high, any(not row.enabled for row in rows)


def _changed(row: Condition, change: Limits) -> Condition:
    """The row with what the preset says in its own table."""
    said = {key: value for key in Limits.__struct_fields__ if (value := getattr(change, key)) is not None}
    for key, value in said.items():
        if key not in applicable(row):
            offered = ", ".join(sorted(applicable(row)))
            raise PresetError(f"{row.id}: {key} does not apply here; what does: {offered}")
        if not isinstance(value, str) and (number(value) is None or value < 0):
            raise PresetError(f"{row.id}: {key} = {value} is no number that can be used")
    delay, fixed_s = row.delay, change.delay_s
    clear_delay_s, clear_readings = row.clear_delay_s, row.clear_readings
    if fixed_s is not None:
        delay = Delay(fixed_s)
    if fixed_s == 0:  # the raw comparison: active exactly while the data break the limit
        clear_delay_s, clear_readings = 0, min(clear_readings, 1)
    return msgspec.structs.replace(
        row,
        terms=tuple(_term(row.id, term, change, first=index == 0) for index, term in enumerate(row.terms)),
        delay=delay,
        clear_delay_s=_or(change.clear_delay_s, clear_delay_s),
        clear_readings=_or(change.clear_readings, clear_readings),
        escalations=tuple(
            Escalation(_or(change.escalate_after_s, one.after_s), one.priority, one.phases) for one in row.escalations
        ),
        priority=change.priority or row.priority,
        enabled=row.enabled if change.enabled is None else change.enabled,
    )


def _term(condition: str, term: Term, change: Limits, *, first: bool) -> Term:
    if term.percent is not None:
        percent = change.relative_percent
        if percent is not None and not 0 < percent < 100:
            raise PresetError(f"{condition}: relative_percent = {say(percent)} is not between 0 and 100")
        return term if percent is None else msgspec.structs.replace(term, percent=percent * term.sign)
    limit = {"NIBP_DIA": change.limit_dia, "NIBP_MEAN": change.limit_mean}.get(term.metric)
    limit = change.limit if first else limit
    clear = change.clear if first else None
    deadband = 0 if change.delay_s == 0 else term.clear - term.limit  # zero asks for the raw comparison
    limit = _or(limit, term.limit)
    return msgspec.structs.replace(term, limit=limit, clear=_or(clear, limit + deadband))


def _following(row: Condition, change: Limits, rows: Mapping[str, Condition]) -> Condition:
    """A row that clears with another takes that row's clear limit and clear delay, unless its own are
    written.
    """
    if not row.clears_with:
        return row
    leader = rows[row.clears_with]
    raw = change.delay_s == 0 and change.clear_delay_s is None
    clear = _or(change.clear, row.terms[0].clear if raw else leader.terms[0].clear)
    return msgspec.structs.replace(
        row,
        terms=(msgspec.structs.replace(row.terms[0], clear=clear), *row.terms[1:]),
        clear_delay_s=0 if raw else _or(change.clear_delay_s, leader.clear_delay_s),
    )


def _sane(row: Condition) -> Condition:
    for term in row.terms:
        if (term.clear - term.limit) * term.sign > 0:
            raise PresetError(f"{row.id}: clear {say(term.clear)} is on the wrong side of the limit {say(term.limit)}")
    physiological_high = row.kind == "physiological" and row.priority == "high"
    if physiological_high and max(row.delay.seconds, row.delay.cap_s or 0) > LONGEST_HIGH_DELAY_S:
        raise PresetError(f"{row.id}: a high priority may wait at most {LONGEST_HIGH_DELAY_S} s")
    if row.wall is not None and not OPERATORS[row.wall.op](row.terms[0].limit, row.wall.bound):
        bound = f"{SHOWN[row.wall.op]} {say(row.wall.bound)}"
        raise PresetError(
            f"{row.id}: limit {say(row.terms[0].limit)} must be {bound}; "
            "beyond needs a clinic role, which this version does not have"
        )
    return row


def _or(said: T | None, otherwise: T) -> T:
    return otherwise if said is None else said


def _nearest(word: str, words: list[str]) -> str:
    found = difflib.get_close_matches(word.upper() if words and words[0].isupper() else word, words, 1, 0.4)
    return f"; nearest is {found[0]}" if found else ""
