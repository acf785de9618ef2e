"""Templates of courses: how many sessions, how far apart, in which steps; and what is looked at on the way.

Data with their sources (``rules/courses.toml``; clinical.md 1.8). The sources contradict each other on every number, so
each says its own template and a clinic chooses. A clinic's file adds templates or replaces one by a new version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from charting.protocol import Protocol, Route
from charting.rule_file import Fault, Id, Text, loaded, refuse, replaced, shaped, twice
from drivers.core.text import clean

Days = Annotated[int, msgspec.Meta(ge=0, le=366)]
Sessions = Annotated[int, msgspec.Meta(ge=1, le=1000)]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a file: an unknown key in it is refused."""


class Step(_Table, frozen=True, kw_only=True):
    """A stretch of a course with one rhythm.

    ``sessions`` is (least, most), None until somebody steps on. ``planned_days`` are the days from one session to the
    next, in turn; empty where nothing is planned ahead (booster). A session sooner than ``earliest_days`` is warned of,
    none ``overdue_days`` after the last one is overdue.
    """

    name: Text
    sessions: tuple[Sessions, Sessions] | None = None
    planned_days: tuple[Days, ...]
    earliest_days: Days
    overdue_days: Days | None = None
    ends_induction: bool = False


class Template(_Table, frozen=True, kw_only=True):
    """A course as its source gives it; ``outlier`` says why it stands apart, ``decisions`` are ids of the file's rows.
    Empty ``drugs`` or ``routes``: any."""

    id: Id
    version: Text
    name: Text
    use: Literal["induction", "maintenance", "single", "booster"]
    source: Text
    outlier: str = ""
    drugs: tuple[Literal["ketamine", "esketamine"], ...] = ()
    routes: tuple[Route, ...] = ()
    decisions: tuple[Id, ...] = ()
    steps: tuple[Step, ...] = msgspec.field(name="step")

    def suits(self, protocol: Protocol) -> bool:
        """True where the template is meant for the protocol's drug and route."""
        return protocol.drug in (self.drugs or (protocol.drug,)) and protocol.route in (
            self.routes or (protocol.route,)
        )


class Row(_Table, frozen=True, kw_only=True):
    """Something to be looked at on the way, in words."""

    id: Id
    text: Text
    source: Text


class _Timed(Row, frozen=True, kw_only=True):
    """Due after the session of that number, or after the last one of the induction."""

    after_sessions: Sessions | None = None
    at_end: bool = False


class Checkpoint(_Timed, frozen=True, kw_only=True):
    """When response is looked at, ``days`` after that session. Each source names another one, so all are optional."""

    days: Days


class Decision(_Timed, frozen=True, kw_only=True):
    """Somebody decides how to go on; what, the station does not say. ``options`` are what the sources name, to choose
    among: the record of it, and nothing follows by itself."""

    options: tuple[Text, ...] = ()


class FollowUp(Row, frozen=True, kw_only=True):
    """So many ``days`` after a session somebody asks by ``scale`` how it went on; a session before that day replaces
    it."""

    scale: Text
    days: Days


class Relapse(_Table, frozen=True, kw_only=True):
    """A score of ``scale`` ("": of any without a line of its own) so many ``points`` above the best one of the course,
    or ``percent`` of the baseline above it, is a sign that symptoms return."""

    scale: str = ""
    points: Sessions | None = None
    percent: Annotated[float, msgspec.Meta(gt=0)] | None = None
    source: Text


class Often(_Table, frozen=True):
    """More than ``per_week`` sessions a week over ``weeks`` weeks are to be reviewed."""

    per_week: Sessions
    weeks: Sessions
    source: Text


class Courses(_Table, frozen=True):
    """The whole file."""

    often: Often
    checkpoints: tuple[Checkpoint, ...] = msgspec.field(name="checkpoint")
    decisions: tuple[Decision, ...] = msgspec.field(name="decision")
    templates: tuple[Template, ...] = msgspec.field(name="template")
    followups: tuple[FollowUp, ...] = msgspec.field(name="followup", default=())
    relapse: tuple[Relapse, ...] = ()

    @property
    def asked(self) -> tuple[Row, ...]:
        """What a score can be for: the checkpoints and the follow-ups."""
        return (*self.checkpoints, *self.followups)

    def under(self, template: Template) -> Courses:
        """The file as a course by ``template`` keeps it."""
        return msgspec.structs.replace(self, templates=(template,))

    def template(self, id: str) -> Template | None:
        """The template of that id."""
        return next((one for one in self.templates if one.id == id), None)


class _Own(_Table, frozen=True):
    """A clinic's file: what it leaves out stays as shipped."""

    often: Often | None = None
    checkpoints: tuple[Checkpoint, ...] | None = msgspec.field(name="checkpoint", default=None)
    decisions: tuple[Decision, ...] | None = msgspec.field(name="decision", default=None)
    templates: tuple[Template, ...] = msgspec.field(name="template", default=())
    followups: tuple[FollowUp, ...] | None = msgspec.field(name="followup", default=None)
    relapse: tuple[Relapse, ...] | None = None


def load_courses(*clinic: Path) -> Courses:
    """The shipped courses, with the clinic's templates added or in place of one of the same id, and its checkpoints,
    decisions and rule of frequency where it has them, file after file. Raises ``FileError`` in one sentence."""
    file = resources.files("charting") / "rules" / "courses.toml"
    courses = loaded(file, courses_from)
    taken: dict[str, str] = {}
    for own in clinic:
        courses = loaded(own, partial(_over, courses, taken))
    return courses


def _over(courses: Courses, taken: dict[str, str], data: Mapping[str, object], where: str) -> Courses:
    """``courses`` with those of one more file; no two files may give the same thing."""
    given = [key for key in data if key != "template"]
    tables = data.get("template")
    ids = [one.get("id") for one in tables if isinstance(one, dict)] if isinstance(tables, list) else []
    made = courses_from(data, where, courses)
    for key in (*given, *(f"template '{id}'" for id in ids)):
        if key in taken:
            refuse(where, [Fault(key, f"{taken[key]} gives this already; keep it in one of the two files")])
        taken[key] = clean(where)
    return made


def courses_from(data: Mapping[str, object], where: str, shipped: Courses | None = None) -> Courses:
    """Courses from parsed TOML, over ``shipped`` ones if given; checked as a whole. ``where`` names the file."""
    if shipped is None:
        courses = shaped(data, Courses, where)
    else:
        own = shaped(data, _Own, where)
        for template in own.templates:
            before, at = shipped.template(template.id), f"template '{template.id}'.version"
            refuse(where, replaced("template", template, before, at))
        ids = {one.id for one in own.templates}
        courses = Courses(
            own.often or shipped.often,
            shipped.checkpoints if own.checkpoints is None else own.checkpoints,
            shipped.decisions if own.decisions is None else own.decisions,
            (*(one for one in shipped.templates if one.id not in ids), *own.templates),
            shipped.followups if own.followups is None else own.followups,
            shipped.relapse if own.relapse is None else own.relapse,
        )
    refuse(where, _faults(courses))
    return courses


def _faults(courses: Courses) -> Iterator[Fault]:
    for key in ("checkpoint", "decision", "template"):
        if double := twice(one.id for one in getattr(courses, f"{key}s")):
            yield Fault(f"{key}.id", f"'{double}' stands there twice; give each an id of its own")
    timed: tuple[tuple[str, tuple[_Timed, ...]], ...] = (
        ("checkpoint", courses.checkpoints),
        ("decision", courses.decisions),
    )
    for key, rows in timed:
        for number, row in enumerate(rows, 1):
            if (row.after_sessions is None) != row.at_end:
                sentence = f"'{row.id}' needs after_sessions or at_end = true, and not both; correct it"
                yield Fault(f"{key} #{number}.after_sessions", sentence)
    if double := twice(one.id for one in courses.asked):
        yield Fault("followup.id", f"'{double}' stands there twice or is a checkpoint's; give each an id of its own")
    for number, rise in enumerate(courses.relapse, 1):
        if (rise.points is None) == (rise.percent is None):
            yield Fault(f"relapse #{number}", "it needs points or percent, and not both; correct it")
    known = {one.id for one in courses.decisions}
    for template in courses.templates:
        at = f"template '{template.id}'"
        for id in template.decisions:
            if id not in known:
                yield Fault(f"{at}.decisions", f"there is no [[decision]] '{id}'; add it or remove it here")
        yield from _in_steps(template, at)


def _in_steps(template: Template, at: str) -> Iterator[Fault]:
    if not template.steps:
        yield Fault(f"{at}.step", "the template has no [[template.step]]; add one")
    if double := twice(step.name for step in template.steps):
        yield Fault(f"{at}.step", f"two steps are called '{double}'; give each a name of its own")
    if sum(step.ends_induction for step in template.steps) > 1:
        yield Fault(f"{at}.step.ends_induction", "the induction ends once; keep it at one step")
    if sum(step.sessions is not None and step.sessions[0] < step.sessions[1] for step in template.steps) > 1:
        yield Fault(f"{at}.step.sessions", "only one step can leave a choice of how many; make the others equal")
    for number, step in enumerate(template.steps, 1):
        here = f"{at}.step #{number}"
        if step.sessions is not None and step.sessions[0] > step.sessions[1]:
            yield Fault(f"{here}.sessions", "the range is upside down; write the lesser number first")
        if step.ends_induction and step.sessions is None:
            yield Fault(f"{here}.sessions", "an induction has an end; write how many sessions it has")
        if any(days < step.earliest_days for days in step.planned_days):
            sentence = f"a session would be planned sooner than earliest_days {step.earliest_days}; correct either"
            yield Fault(f"{here}.planned_days", sentence)
        if (step.overdue_days is None) == bool(step.planned_days):
            yield Fault(f"{here}.overdue_days", "it belongs to planned_days; give both or leave both out")
        elif step.overdue_days is not None and step.overdue_days <= max(step.planned_days):
            yield Fault(f"{here}.overdue_days", "a session would be overdue when it is planned; make it later")
