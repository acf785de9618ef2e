"""Courses: session k of n, when the next is due, what is looked at on the way, and what does not fit the template."""

from __future__ import annotations

import copy
import tomllib
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from charting.course import Course, course
from charting.course_history import CourseError, History, Lapse, Move
from charting.course_templates import Template, courses_from, load_courses
from charting.protocol_files import load_protocols
from charting.rule_file import FileError

COURSES = load_courses()
SHIPPED = tomllib.loads((resources.files("charting") / "rules" / "courses.toml").read_text("utf-8"))
MONDAY = date(2026, 3, 2)
ALL = ("day-1", "after-3", "end")


def template(id: str) -> Template:
    found = COURSES.template(id)
    assert found is not None
    return found


def days(*after: int) -> tuple[date, ...]:
    return tuple(MONDAY + timedelta(n) for n in after)


def stands(id: str, *after: int, today: int | None = None, **history: Any) -> Course:
    """The course with sessions so many days after Monday; ``today`` is the last of them unless given."""
    now = MONDAY + timedelta(max(after, default=0) if today is None else today)
    return course(COURSES, template(id), History(sessions=days(*after), **history), now)


def due(one: Course) -> tuple[int | None, int | None, int | None]:
    """(earliest, planned, overdue from) in days after Monday."""
    assert one.due is not None
    found = (one.due.earliest, one.due.planned, one.due.overdue_from)
    return tuple(None if day is None else (day - MONDAY).days for day in found)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("id", "numbers"),
    [
        ("s1-induction", (6, 6)),
        ("s3-induction", (4, 6)),
        ("s2-induction", (4, 6)),
        ("s4-induction", (4, 6)),
        ("kads-sc", (8, 8)),
        ("kvect-taper", (11, 11)),
        ("esketamine-weekly", (None, None)),
        ("booster", (None, None)),
    ],
)
def test_the_number_of_sessions_is_the_sources(id: str, numbers: tuple[int | None, int | None]) -> None:
    one = stands(id, start=MONDAY)
    assert (one.least, one.most) == numbers


def test_three_a_week_is_monday_wednesday_friday_and_ends_with_six() -> None:
    planned = [0]
    for _ in range(5):
        planned.append(due(stands("s1-induction", *planned))[1] or 0)
    assert planned == [0, 2, 4, 7, 9, 11]
    over = stands("s1-induction", *planned)
    assert (over.due, over.step, over.numbered(6)) == (None, None, "session 6 of 6")
    assert over.notes == ("all 6 planned sessions are done",)


@pytest.mark.parametrize(
    ("id", "least_days", "most_days"),
    [("s1-induction", 11, 14), ("s2-induction", 14, 21), ("s3-induction", 14, 21), ("s4-induction", 10, 14)],
)
def test_a_series_planned_as_it_says_takes_as_long_as_its_source_says(id: str, least_days: int, most_days: int) -> None:
    planned = [0]
    for _ in range(5):
        planned.append(due(stands(id, *planned))[1] or 0)
    assert least_days <= planned[-1] + 1 <= most_days


def test_the_first_session_is_due_when_somebody_chose_a_day() -> None:
    none = stands("s1-induction")
    assert (none.due, none.notes) == (None, ("no session is done and none is planned; choose a day",))
    one = stands("s1-induction", start=MONDAY + timedelta(3), today=3)
    assert due(one) == (3, 3, 4)
    assert one.due is not None and one.due.reasons == ("the first session is planned for 2026-03-05",)
    assert (one.overdue, stands("s1-induction", start=MONDAY, today=1).overdue) == (False, True)


def test_the_next_session_says_where_its_days_come_from() -> None:
    one = stands("s3-induction", 0, today=5)
    assert due(one) == (2, 3, 6)
    assert one.due is not None
    assert one.due.reasons == (
        "last session 2026-03-02",
        "at least 2 days apart (induction)",
        "planned 3 days after it",
    )
    assert not one.overdue
    assert stands("s3-induction", 0, today=6).overdue


def test_a_choice_of_how_many_is_told_and_can_be_made() -> None:
    open_ = stands("s3-induction", 0, 3, 7, 10)
    assert open_.numbered(4) == "session 4 of 4 to 6"
    assert open_.notes == ("4 sessions are done and up to 6 planned: go on or end, and chart which",)
    assert open_.due is not None
    chosen = stands("s3-induction", 0, 3, 7, 10, chosen=4)
    assert (chosen.due, chosen.numbered(4), chosen.notes) == (
        None,
        "session 4 of 4",
        ("all 4 planned sessions are done",),
    )
    ended = stands("s3-induction", 0, 3, 7, 10, ended=MONDAY + timedelta(10))
    assert (ended.due, ended.step, ended.notes) == (None, None, ("the course was ended on 2026-03-12",))


def test_a_session_past_the_plan_is_never_silent() -> None:
    one = stands("s1-induction", 0, 2, 4, 7, 9, 11, 14)
    assert one.numbered(7) == "session 7, planned were 6"
    assert one.warnings == ("7 sessions are done, 6 were planned: chart why, or how the course goes on",)


def test_a_session_too_soon_is_warned_of() -> None:
    one = stands("s1-induction", 0, 1, 3)
    assert one.warnings == ("session 2 on 2026-03-03 was 1 day after the one before, at least 2 days are planned",)
    assert stands("s1-induction", 3, 0, 3).warnings == (
        "session 3 on 2026-03-05 was 0 days after the one before, at least 2 days are planned",
    )


def test_esketamine_goes_from_two_a_week_to_weekly_to_the_chosen_rhythm() -> None:
    eight = [0, 3, 7, 10, 14, 17, 21, 24]
    assert stands("esketamine-weekly", *eight[:7]).step == "two a week"
    weekly = stands("esketamine-weekly", *eight)
    assert (weekly.step, due(weekly)) == ("weekly", (29, 31, 34))
    twelve = [*eight, 31, 38, 45, 52]
    assert stands("esketamine-weekly", *twelve).step == "weekly from now on"
    assert due(stands("esketamine-weekly", *twelve)) == (57, 59, 66)
    assert due(stands("esketamine-2-weekly", *twelve)) == (57, 66, 73)
    assert stands("esketamine-2-weekly", *twelve, 66).numbered(13) == "session 13"


def test_a_taper_steps_back_on_relapse_and_plans_anew() -> None:
    weekly = [0, 7, 14, 21]
    assert stands("kvect-taper", *weekly, 35).step == "every two weeks"
    back = Move(MONDAY + timedelta(40), "weekly", "relapse\x1b, PHQ-9 up")
    one = stands("kvect-taper", *weekly, 35, today=41, moves=(back,))
    assert (one.step, one.done, one.most) == ("weekly", 5, 5 + 11)
    assert due(one) == (40, 42, 45)
    assert one.notes == ("step 'weekly' since 2026-04-11: relapse, PHQ-9 up",)
    late = stands(
        "kvect-taper", *weekly, 35, today=60, moves=(msgspec.structs.replace(back, on=MONDAY + timedelta(60)),)
    )
    assert due(late) == (40, 60, 63)
    assert stands("kvect-taper", *weekly, 35, 42, 49, 56, 63, today=63, moves=(back,)).step == "every two weeks"


def test_a_taper_without_lengths_steps_on_when_somebody_decides() -> None:
    assert stands("s4-taper", *range(0, 70, 7)).step == "weekly"
    on = Move(MONDAY + timedelta(63), "monthly", "stable")
    one = stands("s4-taper", *range(0, 70, 7), moves=(on,))
    assert (one.step, due(one)) == ("monthly", (84, 91, 98))


def test_a_holiday_moves_what_is_planned_and_nothing_forward() -> None:
    lapse = Lapse(MONDAY + timedelta(5), MONDAY + timedelta(20), "holiday")
    one = stands("s1-weekly", 0, today=12, lapses=(lapse,))
    assert due(one) == (21, 21, 24)
    assert not one.overdue
    assert one.due is not None and one.due.reasons[-1] == "no treatment until 2026-03-22: holiday"
    two = Lapse(MONDAY + timedelta(21), MONDAY + timedelta(25), "flu")
    assert due(stands("s1-weekly", 0, today=12, lapses=(two, lapse))) == (26, 26, 29)
    before = Lapse(MONDAY + timedelta(1), MONDAY + timedelta(5), "away")
    assert due(stands("s1-weekly", 0, lapses=(before,))) == (6, 7, 10)


def test_a_booster_is_planned_by_nobody_but_a_person() -> None:
    assert due(stands("booster", 0)) == (2, None, None)
    assert stands("booster", 0, today=400).overdue is False


def test_three_checkpoints_are_there_for_who_wants_them() -> None:
    assert stands("s1-induction", 0).checkpoints == ()

    def states(*after: int, today: int, **history: Any) -> list[tuple[str, str]]:
        found = stands("s1-induction", *after, today=today, checkpoints=ALL, **history).checkpoints
        return [(one.id, one.state) for one in found]

    assert states(today=0) == [("day-1", "not yet"), ("after-3", "not yet"), ("end", "not yet")]
    assert states(0, today=0)[0] == ("day-1", "not yet")
    assert states(0, today=1)[0] == ("day-1", "due")
    assert states(0, today=1, checked={"day-1": MONDAY})[0] == ("day-1", "due")  # four hours are no 24
    assert states(0, today=1, checked={"day-1": days(1)[0]})[0] == ("day-1", "done")
    assert states(0, 2, 4, today=4)[1] == ("after-3", "due")
    assert states(0, 2, 4, 7, 9, 11, today=11)[2] == ("end", "due")
    assert states(0, 2, 4, today=4, ended=days(4)[0])[2] == ("end", "due")
    done = dict(zip(ALL, days(1, 4, 11), strict=True))
    assert [state for _, state in states(0, 2, 4, 7, 9, 11, today=11, checked=done)] == ["done"] * 3


def test_the_end_of_an_induction_with_steps_after_it_is_its_own_and_a_taper_has_none() -> None:
    eight = (0, 3, 7, 10, 14, 17, 21, 24)
    one = stands("esketamine-weekly", *eight, 31, checkpoints=("end",))
    assert [(c.state, c.due_on) for c in one.checkpoints] == [("due", days(24)[0])]
    assert stands("kvect-taper", 0, checkpoints=("end",)).checkpoints == ()


def test_a_decision_is_due_after_three_and_after_six() -> None:
    def states(*after: int, **history: Any) -> list[tuple[str, str]]:
        return [(one.id, one.state) for one in stands("s1-induction", *after, **history).decisions]

    assert states(0, 2) == [("after-3", "not yet"), ("after-6", "not yet")]
    assert states(0, 2, 4) == [("after-3", "due"), ("after-6", "not yet")]
    decided = {"after-3": days(4)[0]}
    assert states(0, 2, 4, 7, 9, 11, decided=decided) == [("after-3", "done"), ("after-6", "due")]


def test_more_than_twice_a_week_for_two_months_is_to_be_reviewed() -> None:
    twice = [7 * week + day for week in range(8) for day in (0, 3)]
    assert not any("review" in one for one in stands("booster", *twice).warnings)
    (warning,) = stands("booster", *twice, 55).warnings
    assert warning.startswith("17 sessions in the 8 weeks to 2026-04-26, more than 2 a week: ")
    assert "stop and review" in warning and "Lopez" in warning
    assert not stands("booster", *twice, 60).warnings  # the first of them are more than eight weeks ago


def test_the_figure_of_two_to_four_days_is_flagged_as_the_outlier_it_is() -> None:
    assert [one.id for one in COURSES.templates if one.outlier] == ["s1-2-to-4-days"]
    assert stands("s1-2-to-4-days", 0).notes[0].startswith("Only S1 names two to four days")


@pytest.mark.parametrize(
    ("history", "words"),
    [
        ({"sessions": days(1)}, "a session is charted on 2026-03-03, a day to come; correct the date"),
        ({"checked": {"end": days(1)[0]}}, "a checkpoint is charted on 2026-03-03, a day to come; correct the date"),
        ({"decided": {"after-3": days(1)[0]}}, "a decision is charted on 2026-03-03, a day to come"),
        ({"ended": days(1)[0]}, "the end is charted on 2026-03-03, a day to come; correct the date"),
        ({"moves": (Move(MONDAY, "weekly", ""),)}, "s3-induction has no step 'weekly'; choose one of induction"),
        ({"checkpoints": ("day-2",)}, "there is no 'day-2'; choose one of day-1, after-3, end"),
        ({"decided": {"after-4": MONDAY}}, "there is no 'after-4'; choose one of after-3, after-6"),
        ({"chosen": 7}, "7 sessions are not the 4 to 6 of s3-induction; choose another template"),
        (
            {"lapses": (Lapse(days(1)[0], MONDAY, ""),)},
            "the lapse from 2026-03-03 ends before it begins, on 2026-03-02",
        ),
        ({"lapses": (Lapse(MONDAY, date.max, ""),)}, "9999-12-31 is more than ten years ahead; correct the date"),
        ({"start": date.max}, "9999-12-31 is more than ten years ahead; correct the date"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(history: dict[str, Any], words: str) -> None:
    with pytest.raises(CourseError) as caught:
        course(COURSES, template("s3-induction"), History(**history), MONDAY)
    assert str(caught.value).startswith(words)


def test_no_number_can_be_chosen_where_there_is_no_choice() -> None:
    with pytest.raises(CourseError, match="s1-induction leaves no choice of how many sessions; leave the number out"):
        stands("s1-induction", 0, chosen=6)


def test_a_template_suits_its_drug_and_route() -> None:
    protocols = load_protocols()
    for protocol in protocols.values():
        suit = {one.id for one in COURSES.templates if one.suits(protocol)}
        assert ("esketamine-weekly" in suit) == (protocol.drug == "esketamine")
        assert ("kads-sc" in suit) == (protocol.id == "sc")
        assert {"booster", "kvect-taper"} <= suit


OFFSETS = st.lists(st.integers(0, 150), max_size=25)
LAPSES = st.lists(st.tuples(st.integers(0, 170), st.integers(0, 30)), max_size=3)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(COURSES.templates), OFFSETS, LAPSES, st.integers(0, 150), st.data())
def test_the_next_is_never_before_the_least_interval_and_k_never_passes_n_silently(
    one: Template, after: list[int], lapses: list[tuple[int, int]], later: int, data: st.DataObject
) -> None:
    today = MONDAY + timedelta(150 + later)
    steps = st.tuples(st.integers(0, 150), st.sampled_from([step.name for step in one.steps]))
    moves = tuple(Move(MONDAY + timedelta(d), to, "") for d, to in data.draw(st.lists(steps, max_size=2)))
    away = tuple(Lapse(MONDAY + timedelta(a), MONDAY + timedelta(a + n), "") for a, n in lapses)
    history = History(sessions=days(*after), start=MONDAY, lapses=away, moves=moves, checkpoints=ALL)
    found = course(COURSES, one, history, today)
    assert course(COURSES, one, msgspec.structs.replace(history, sessions=days(*reversed(after))), today) == found
    assert found.done == len(after)
    if found.most is not None:
        assert found.least is not None and found.least <= found.most
        past = found.done > found.most
        assert past == any("were planned: chart why" in warning for warning in found.warnings)
        assert past == ("planned were" in found.numbered(found.done))
        assert (found.due is None) == (found.done >= found.most)
    gaps = [b - a for a, b in zip(sorted(after), sorted(after)[1:], strict=False)]
    shortest = min(step.earliest_days for step in one.steps)
    soon = [warning for warning in found.warnings if "after the one before" in warning]
    assert len(soon) >= sum(gap < shortest for gap in gaps)
    longest = max(step.earliest_days for step in one.steps)
    assert len(soon) <= sum(gap < longest for gap in gaps)
    if found.due is None:
        assert found.step is None and not found.overdue
        return
    step = next(step for step in one.steps if step.name == found.step)
    if after:
        assert found.due.earliest >= MONDAY + timedelta(max(after) + step.earliest_days)
    if found.due.planned is not None:
        assert found.due.overdue_from is not None
        assert found.due.earliest <= found.due.planned < found.due.overdue_from
        assert not any(lapse.first <= found.due.planned <= lapse.last for lapse in away)
        assert found.overdue == (today >= found.due.overdue_from)


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("template.0.step.0.sessions", [6, 4], "template 's1-induction'.step #1.sessions: the range is upside down"),
        ("template.0.step.0.planned_days", [1], "template 's1-induction'.step #1.planned_days: a session would be"),
        (
            "template.0.step.0.overdue_days",
            3,
            "template 's1-induction'.step #1.overdue_days: a session would be overdue",
        ),
        ("template.0.step.0.overdue_days", None, "template 's1-induction'.step #1.overdue_days: it belongs to planned"),
        ("template.0.step.0.sessions", None, "template 's1-induction'.step #1.sessions: an induction has an end"),
        ("template.0.step", [], "template 's1-induction'.step: the template has no [[template.step]]; add one"),
        ("template.0.decisions", ["after-9"], "template 's1-induction'.decisions: there is no [[decision]] 'after-9'"),
        ("template.0.id", "s3-induction", "template.id: 's3-induction' stands there twice; give each an id of its own"),
        ("template.0.step.0.earlist_days", 1, "template #1.step #1.earlist_days: there is no key 'earlist_days' here"),
        ("template.0.step.0.earliest_days", -1, "template #1.step #1.earliest_days: the number must be at least 0"),
        ("template.0.step.0.earliest_days", 1.5, "template #1.step #1.earliest_days: a whole number must stand here"),
        ("checkpoint.2.after_sessions", 6, "checkpoint #3.after_sessions: 'end' needs after_sessions or at_end = true"),
        ("often.weeks", 0, "often.weeks: the number must be at least 1; check it"),
    ],
)
def test_a_mistake_in_a_template_is_told_with_its_key(path: str, value: Any, sentence: str) -> None:
    data = copy.deepcopy(SHIPPED)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    node: Any = data
    for step in way:
        node = node[step]
    if value is None:
        del node[last]
    else:
        node[last] = value
    with pytest.raises(FileError) as caught:
        courses_from(data, "x.toml")
    assert str(caught.value).startswith(f"x.toml: {sentence}")


OWN = """
[[template]]
id = "{id}"
version = "{version}"
name = "ours"
use = "maintenance"
source = "our meeting"

[[template.step]]
name = "every ten days"
planned_days = [10]
earliest_days = 7
overdue_days = 14
"""


def test_a_clinic_adds_a_template_and_replaces_one_by_a_new_version(tmp_path: Path) -> None:
    own = tmp_path / "courses.toml"
    own.write_text(OWN.format(id="ours", version="1"))
    found = load_courses(own)
    assert (len(found.templates), found.often) == (len(COURSES.templates) + 1, COURSES.often)
    own.write_text(OWN.format(id="s1-weekly", version="1"))
    with pytest.raises(
        FileError, match=r"courses\.toml line 4: template 's1-weekly'\.version: template 's1-weekly' ver"
    ):
        load_courses(own)
    own.write_text(OWN.format(id="s1-weekly", version="2"))
    replaced = load_courses(own).template("s1-weekly")
    assert replaced is not None and replaced.steps[0].planned_days == (10,)
