"""What a person's act makes of the chart: one function an act, found by the act's type. Each checks, then drafts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from charting import doubts, doubts_session
from charting.delivered import assumed
from charting.dose import RATE_ML_PER_H, within
from charting.doubts import Asked
from charting.lines import line
from charting.medication import account_text
from charting.model import Entry, Kind
from charting.portion import going_in
from charting.session import INFUSION_ACTS, SOUND_TESTS, Act as InfusionAct, Phase, State
from charting.stops import stop_code
from drivers.core.catalogue import METRICS, NIBP, plausible
from drivers.core.text import clean
from station.annunciator.pause import PAUSE_S, REMIND_S
from station.recorder import adverse, drugs
from station.recorder.checking import check_skipped, second_checked
from station.recorder.downtime import ran_without
from station.recorder.drafts import (
    Beside as Beside,
    Drafted,
    Made,
    Present as Present,
    Refusal as Refusal,
    asked_of,
    baseline_of,
    checked,
    open_state,
    text_of,
)
from station.recorder.fitness import not_resumable, screened, unfit
from station.recorder.giving import NO_PUMP, given, planned_dose
from station.recorder.leaving import lacking, scored
from station.recorder.observing import observed
from station.recorder.paper import from_paper
from station.recorder.people import handed_over, signed_off, signed_on
from station.recorder.preparing import bound, opened, planned, sound_checked
from station.recorder.quiet import quiet_room
from station.recorder.recording import RECORDING
from station.wire import drug_acts, messages as m, people_acts
from station.wire.acts import GoOn
from station.wire.record_acts import Screen
from station.wire.room_acts import QuietRoom

UNDO_WITHIN_S = 300
_CHARTED = (Kind.NOTE, Kind.VITALS, Kind.OBSERVATION, Kind.AWAY, Kind.SCORE, Kind.MEDICATION, Kind.ADVERSE)
UNDOABLE = (*_CHARTED, Kind.GIVEN, Kind.DOWNTIME, *INFUSION_ACTS)
RECHECK_MINUTES = (1.0, 30.0)
AWAY_MINUTES = (1.0, 15.0)
# what else brings the alarms of an absent patient back, and how the chart says it
_ENDS_AWAY = {
    Kind.INFUSION_STARTED: "infusion started",
    Kind.INFUSION_RESUMED: "infusion resumed",
    Kind.GIVEN: "dose given",
    Kind.EMERGENCY: "emergency",
    Kind.SESSION_CLOSED: "session ended",
}


def _start(now: Present, act: m.StartInfusion) -> Drafted:
    state = open_state(now, Phase.BASELINE, why="the infusion was started before")
    if state.protocol is not None and state.protocol.kind != "infusion":
        raise Refusal(NO_PUMP)
    if state.plan is None:
        raise Refusal("there is no dose plan yet; enter it first")
    begun = {"rate_ml_per_h": state.plan.rate_ml_per_h, "mg_per_ml": state.plan.mg_per_ml}
    begun |= asked_of(now, act, unfit(now, state))
    return [*baseline_of(now), Made(Kind.INFUSION_STARTED, begun)]


def _hold(now: Present, act: m.Hold) -> Drafted:
    state = open_state(now, Phase.INFUSING, Phase.HELD, why="the infusion is not running")
    if state.running is None:
        raise Refusal("there is no pump that could be paused; x ends what is given")
    checked(lambda: within("recheck_min", act.recheck_min, RECHECK_MINUTES, "min", "recheck in"))
    reason = text_of(act.reason, "reason", "the reason for the hold")
    still = {"still": True} if state.phase is Phase.HELD else {}
    return [Made(Kind.INFUSION_HELD, {"recheck_min": act.recheck_min} | still, reason)]


def _resume(now: Present, act: m.Resume) -> Drafted:
    state = open_state(now, Phase.HELD, why="the infusion is not held")
    return [Made(Kind.INFUSION_RESUMED, _rate(now, state, act, not_resumable(now, state)))]


def _set_rate(now: Present, act: m.SetRate) -> Drafted:
    state = open_state(now, Phase.INFUSING, why="the infusion is not running; resume it with the new rate")
    reason = text_of(act.reason, "reason", "the reason for the change")
    return [Made(Kind.RATE_CHANGED, _rate(now, state, act), reason)]


def _stop(now: Present, act: m.StopInfusion) -> Drafted:
    if not going_in(open_state(now).given, now.then_ms):  # a bolus, while it goes in, is broken off
        open_state(now, Phase.INFUSING, Phase.HELD, why="no infusion is running")
    reason = text_of(act.reason, "reason", "the reason for the stop")
    return [Made(Kind.INFUSION_STOPPED, {"code": stop_code(reason)}, reason)]


def _close(now: Present, act: m.CloseSession) -> Drafted:
    state = open_state(now, Phase.BASELINE, Phase.RECOVERY, why="the infusion is not stopped; stop it first")
    reason = text_of(act.reason, "reason", "the reason or outcome")
    unseen = state.ended_ms is not None and (now.cuff_ms is None or now.cuff_ms < state.ended_ms)
    left = tuple(account_text(one) for one in drugs.open_accounts(state, now.then_ms) if one.open)
    missing = lacking(state, now.pressure, now.then_ms)
    unsure_mg = sum(gap.mg for gap in assumed(state))
    leaving = doubts_session.Leaving(unseen, now.alarms, left, missing, unsure_mg)
    asked = doubts.raised(doubts_session.LEAVE, leaving)
    payload = {"missing": list(missing)} if missing else {}
    return [Made(Kind.SESSION_CLOSED, payload | asked_of(now, act, asked), reason)]


def _go_on(now: Present, _act: GoOn) -> Drafted:
    open_state(now)
    return [Made(Kind.CONTINUED, {})]


def _note(now: Present, act: m.Note) -> Drafted:
    open_state(now)
    return [Made(Kind.NOTE, {"text": text_of(act.text, "text", "the note")})]


def _vitals(now: Present, act: m.ManualVitals) -> Drafted:
    open_state(now)
    if not act.values:
        raise Refusal("no value was typed", "values")
    for metric, value in act.values.items():
        if metric not in METRICS:
            raise Refusal(f"no metric is called {clean(metric)}", "values")
        if not plausible(metric, value):
            low, high = METRICS[metric].plausible
            what = METRICS[metric].label
            raise Refusal(f"{what} {value:g} cannot be; it lies between {low:g} and {high:g}", metric)
    pressures = [act.values[n] for n in (NIBP[1], NIBP[0]) if n in act.values]
    if len(pressures) == 2 and pressures[0] >= pressures[1]:
        raise Refusal("the diastolic pressure is not below the systolic", "NIBP_DIA")
    return [Made(Kind.VITALS, {"values": dict(act.values)} | from_paper(act))]


def _undo(now: Present, _act: m.Undo) -> Drafted:
    state = open_state(now)
    gone = {e.supersedes for e in now.entries}
    mine = [e for e in now.entries if e.source == "person" and e.seq not in gone and not _passed(e)]
    if not mine:
        raise Refusal("there is nothing to undo: nobody charted anything lately")
    last = mine[-1]
    if last.kind not in UNDOABLE or (last.kind is Kind.AWAY and state.away is None):
        raise Refusal(f"there is nothing to undo: the last entry cannot be taken back ({line(last)})")
    if now.at_ms - last.entered_at_ms > UNDO_WITHIN_S * 1000:
        raise Refusal(f"the last entry is older than {UNDO_WITHIN_S // 60} min: write a note that corrects it")
    return [Made(Kind.CORRECTION, {"what": line(last)}, "mis-key", last.seq)]


def _passed(entry: Entry) -> bool:
    """True for what comes in between and is no entry of its own to a person: an undo, and what quiets an alarm
    or a room.
    """
    quieted = entry.kind is Kind.SOUND and entry.payload["state"] not in SOUND_TESTS
    return quieted or entry.kind in (Kind.CORRECTION, Kind.BASELINE, Kind.ALARM, Kind.STAFF, Kind.DUTY, Kind.QUIET)


def _away(now: Present, act: m.Away) -> Drafted:
    why = "the infusion is running: no alarm is paused meanwhile; hold or stop it first"
    state = open_state(now, Phase.BASELINE, Phase.HELD, Phase.RECOVERY, why=why)
    if state.away is not None:
        raise Refusal("the patient is away already; chart that they are back first")
    reason = text_of(act.reason, "reason", "why the patient is away")
    checked(lambda: within("minutes", act.minutes, AWAY_MINUTES, "min", "time away"))
    return [Made(Kind.AWAY, {"minutes": act.minutes}, reason)]


def _back(now: Present, _act: m.Back) -> Drafted:
    if open_state(now).away is None:
        raise Refusal("the patient is not away: all alarms are on")
    return [Made(Kind.BACK, {"why": "back"})]


def with_back(state: State | None, made: Drafted) -> Drafted:
    """``made``, and before it that an absent patient counts as back, where it ends that."""
    why = next((_ENDS_AWAY[one.kind] for one in made if one.kind in _ENDS_AWAY), "")
    return [Made(Kind.BACK, {"why": why}), *made] if why and state is not None and state.away is not None else made


def _emergency(now: Present, _act: m.Emergency) -> Drafted:
    state = open_state(now)
    runs = state.phase in (Phase.INFUSING, Phase.HELD) or going_in(state.given, now.then_ms)
    stop = [Made(Kind.INFUSION_STOPPED, {}, "emergency")] if runs else []
    return [*stop, Made(Kind.EMERGENCY, {})]


def _pause_sound(_now: Present, act: m.PauseSound) -> Drafted:
    state, seconds = ("resumed", 0) if act.resume else ("paused", PAUSE_S)
    return [Made(Kind.SOUND, {"state": state, "seconds": seconds, "why": ""})]


def _sound_off(_now: Present, act: m.SoundOff) -> Drafted:
    reason = text_of(act.reason, "reason", "the reason for switching the sound off")
    return [Made(Kind.SOUND, {"state": "off", "seconds": REMIND_S, "why": ""}, reason)]


ACTS: dict[type, Callable[[Present, Any], Drafted]] = {
    m.OpenSession: opened,
    m.Plan: planned,
    m.PlanDose: planned_dose,
    m.Give: given,
    m.BindMonitor: bound,
    m.SecondCheck: second_checked,
    m.SkipCheck: check_skipped,
    m.StartInfusion: _start,
    m.Hold: _hold,
    m.Resume: _resume,
    m.SetRate: _set_rate,
    m.StopInfusion: _stop,
    m.RanWithout: ran_without,
    m.CloseSession: _close,
    GoOn: _go_on,
    m.Note: _note,
    m.ManualVitals: _vitals,
    m.QuickEvent: observed,
    m.Score: scored,
    m.Undo: _undo,
    m.Away: _away,
    m.Back: _back,
    m.Emergency: _emergency,
    m.PauseSound: _pause_sound,
    m.SoundChecked: sound_checked,
    m.SoundOff: _sound_off,
    Screen: screened,
    **RECORDING,
    people_acts.SignOn: signed_on,
    people_acts.SignOff: signed_off,
    people_acts.HandOver: handed_over,
    drug_acts.Medicate: drugs.given,
    drug_acts.Draw: drugs.drawn,
    drug_acts.Waste: drugs.wasted,
    drug_acts.Adverse: adverse.happened,
    drug_acts.PressureSymptoms: adverse.asked_symptoms,
    QuietRoom: quiet_room,
}


def _running(state: State) -> InfusionAct:
    if state.running is None:
        raise Refusal("the chart holds no rate for this infusion")
    return state.running


def _rate(now: Present, state: State, act: m.Resume | m.SetRate, asked: Sequence[Asked] = ()) -> dict[str, Any]:
    """The rate that runs from now on; none in the act: the one before. Beside what else is ``asked``, only another
    rate is asked about.
    """
    running = _running(state)
    rate = running.rate_ml_per_h if act.rate_ml_per_h is None else act.rate_ml_per_h
    checked(lambda: within("rate_ml_per_h", rate, RATE_ML_PER_H, "mL/h", "pump rate"))
    rated = doubts.Rated(rate, state.plan.rate_ml_per_h if state.plan else None)
    rates = doubts.raised(doubts.tables_of(state.protocol).rate, rated) if rate != running.rate_ml_per_h else []
    return {"rate_ml_per_h": rate, "mg_per_ml": running.mg_per_ml} | asked_of(now, act, [*asked, *rates])
