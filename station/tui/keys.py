"""The one table of keys: bindings, the footer, the page of keys and the palette all read it."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding, BindingType

# phases of a chair, "none" where nobody sits in it
BEFORE, ON, AFTER = ("none",), ("infusing", "held"), ("recovery",)
HIGH_PRESSURE = "high pressure"  # no phase: while an alarm for it stands
GOING_IN = "going in"  # no phase: while a bolus lasts its minutes
DEVICES = ("devices",)  # infusing, but without a pump
BASELINE, HELD, SESSION = ("baseline",), ("held",), ("baseline", "infusing", "held", "recovery", *DEVICES)


class Key(NamedTuple):
    """``key`` in Textual's words (commas between), ``shown`` in a person's; ``foot`` short words or "", shown in the
    phases of ``when``, in every one where that is empty.
    """

    id: str
    key: str
    shown: str
    action: str
    words: str
    foot: str = ""
    when: tuple[str, ...] = ()


KEYS = (
    Key(
        "acknowledge",
        "space,f2",
        "space",
        "app.acknowledge",
        "Acknowledge the alarms of this chair (F2 also while typing)",
        "ack",
    ),
    Key(
        "sound",
        "s",
        "s",
        "app.pause_sound",
        "Sound: pause it for two minutes at every chair; again: sound on",
    ),
    Key("sound_off", "S", "S", "app.form('sound_off')", "Sound off with reminder: a reason, then a tone every 3 min"),
    Key("begin", "b", "b", "app.begin", "Begin a session; in an open one: the dose plan", "begin", BEFORE),
    Key("monitor", "m", "m", "app.monitor", "Monitor: say that it is this patient's; then the sound test"),
    Key(
        "start",
        "g",
        "g",
        "app.start",
        "Start: the pump was started as planned; no pump: the dose was given",
        "start",
        (*BASELINE, *DEVICES),
    ),
    Key("hold", "h", "h", "app.hold", "Hold: the pump was paused; when held: it runs again", "hold", ON),
    Key("keep", "k", "k", "app.keep_held", "Keep holding: rechecked, with a reason and the next recheck", "keep", HELD),
    Key("rate", "r", "r", "app.form('rate')", "Rate: the pump's rate was changed", "rate", ("infusing",)),
    Key("stop", "x", "x", "app.form('stop')", "Stop: the infusion has ended", "stop", (*ON, *DEVICES, GOING_IN)),
    Key("note", "n", "n", "app.form('note')", "Note: free text", "note", SESSION),
    Key(
        "vitals",
        "v",
        "v",
        "app.form('vitals')",
        "Vital signs read elsewhere: BP, HR, SpO2 in one go",
        "vitals",
        SESSION,
    ),
    Key(
        "away",
        "a",
        "a",
        "app.away",
        "Away: the patient leaves for some minutes; when away: back",
        "away",
        (*BASELINE, *AFTER),
    ),
    Key("undo", "u", "u", "app.undo", "Undo the last entry: a visible correction"),
    Key("ago", "minus", "-", "app.ago", "The next act happened some minutes ago"),
    Key(
        "emergency",
        "f9",
        "F9",
        "app.emergency",
        "EMERGENCY: charts the stop and shows the facts for the team",
        "emergency",
        SESSION,
    ),
    Key(
        "end", "e", "e", "app.form('end')", "End the session: the patient leaves the chair", "end", (*BASELINE, *AFTER)
    ),
    Key(
        "initials",
        "i",
        "i",
        "app.form('initials')",
        "Initials: who charts at this screen, by PIN where staff are named",
    ),
    Key("sign_out", "I", "I", "app.sign_out", "Sign out: the next act asks who charts"),
    Key(
        "emergency_access",
        "f8",
        "F8",
        "app.emergency_access",
        "Emergency access: no PIN, every entry is marked; again: it ends",
    ),
    Key(
        "drug", "d", "d", "app.care('drug_given')", "Drug given beside the plan: what, how much, who ordered, who gave"
    ),
    Key("drawn", "D", "D", "app.care('drug_drawn')", "Controlled drug drawn up for this patient"),
    Key("wasted", "W", "W", "app.waste", "Controlled drug wasted, before a witness"),
    Key("symptoms", "q", "q", "app.symptoms", "Ask for the symptoms of a high pressure", "ask", (HIGH_PRESSURE,)),
    Key("adverse", "A", "A", "app.care('adverse')", "Adverse event: what, how severe, how it went on"),
    Key("paper", "P", "P", "app.paper", "Paper sheet: type back what was written while the station was down"),
    Key("privacy", "z", "z", "app.privacy", "Privacy: names out of sight on this screen; again: back, by PIN"),
    Key(
        "fit",
        "f",
        "f",
        "app.fit",
        "Fit: before the dose the screening; after it what leaving takes",
        "leave",
        AFTER,
    ),
    Key("check", "C", "C", "app.check", "Check: another person types weight and rate, unseen"),
    Key("no_check", "N", "N", "app.form('no_check')", "No second check: go on without it for a reason"),
    Key("patient", "p", "p", "app.patient", "Patient: record, course, scores, flags; without a session by name"),
    Key("hand_over", "H", "H", "app.hand_over", "Hand over: the card of this patient, which who receives it signs"),
    Key("duty", "J", "J", "app.duty", "Join this session; who is on it leaves it"),
    Key("wall", "w", "w", "app.wall", "Wall: every chair at once, worst first"),
    Key("move", "M", "M", "app.move", "Change of chair: the session goes on at another free one"),
    Key("find", "slash", "/", "app.find", "Find a chair by its name or its patient"),
    Key("review", "l", "l", "app.look_back", "Look back: the sessions in the chart"),
    Key("readings", "o", "o", "app.readings", "Older pressures: every cuff reading of this session"),
    Key("ghost", "c", "c", "app.ghost", "Compare: this patient's previous session behind the curves, or not"),
    Key(
        "plasma",
        "L",
        "L",
        "app.plasma",
        "Level in the plasma by the next model, not measured; or none",
    ),
    Key("observe", "O", "O", "app.observe", "Observe: every rating and symptom beside those on 1 to 9"),
    Key("gap", "G", "G", "app.gap", "Gap: what the pump did while no recorder ran"),
    Key(
        "quiet",
        "Q",
        "Q",
        "app.quiet_room",
        "Quiet room: dim, still, only high alarms sound at once; again: end",
    ),
    Key("renew_quiet", "R", "R", "app.renew_quiet", "Renew the quiet room: for an hour from now"),
    Key("next", "tab", "tab", "app.next_chair", "Show the next chair"),
    *(Key(f"event{n}", f"{n}", f"{n}", f"app.event('{n}')", f"Chart the quick event on key {n}") for n in range(1, 10)),
    Key("theme", "t", "t", "app.next_theme", "Next theme: monitor, high contrast, colour-blind, light"),
    Key("keys", "question_mark", "?", "app.keys", "All keys", "keys"),
    Key("palette", "ctrl+p", "ctrl+p", "app.command_palette", "Search every act by name"),
    Key("quit", "ctrl+q", "ctrl+q", "app.quit", "Leave this screen; the recorder goes on recording", "quit"),
)

# acts that open a dialog, or change what dialogs are about: one dialog at a time
ALONE = frozenset((
    "form", "ask", "begin", "monitor", "start", "fit", "check", "patient", "hold", "event", "undo", "ago", "readings",
    "keys", "emergency_access", "hand_over", "duty", "care", "waste", "symptoms", "privacy", "paper", "gap", "observe",
    "chair", "next_chair", "to_chair", "wall", "find", "move", "look_back", "quiet_room", "renew_quiet",
))  # fmt: skip
ACTIONS = {key.action.removeprefix("app.").split("(")[0] for key in KEYS}
FIXED = ("palette", "quit")  # the framework binds these for every screen, so no key map moves them


def at_foot(
    keys: tuple[Key, ...],
    phase: str,
    away: bool = False,
    high: bool = False,
    pump: bool = True,
    going_in: bool = False,
) -> tuple[Key, ...]:
    """Those of ``keys`` that the screen shows in ``phase``, in the words of the moment; all of them work in any.
    ``high``: an alarm for a high pressure stands; without ``pump`` the dose is given in another way;
    ``going_in``: it is a bolus that can be broken off.
    """
    words = {"hold": "resume"} if phase == "held" else {}
    words |= {} if pump else {"start": "given"}
    words |= {"away": "back"} if away else {}
    phase = "devices" if phase == "infusing" and not pump else phase
    now = (phase, *([HIGH_PRESSURE] if high else []), *([GOING_IN] if going_in else []))
    return tuple(
        key._replace(foot=words.get(key.id, key.foot))
        for key in keys
        if key.foot
        and not (high and key.id == "note")  # makes room: on 80 columns the symptoms have none
        and (not key.when or set(now) & set(key.when))
    )


def bindings() -> list[BindingType]:
    """The bindings of the chair's screen. Each has its ``id``, so a key map can move it."""
    return [Binding(key.key, key.action, key.words, id=key.id, show=False) for key in KEYS if key.id not in FIXED]
