"""The one table of keys: bindings, the footer, the page of keys and the palette all read it."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding, BindingType

# phases of a chair, "none" where nobody sits in it
BEFORE, ON, AFTER = ("none",), ("infusing", "held"), ("recovery",)
BASELINE, HELD, SESSION = ("baseline",), ("held",), ("baseline", "infusing", "held", "recovery")


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
    Key("start", "g", "g", "app.ask('start')", "Start: the pump was started at the planned rate", "start", BASELINE),
    Key("hold", "h", "h", "app.hold", "Hold: the pump was paused; when held: it runs again", "hold", ON),
    Key("keep", "k", "k", "app.keep_held", "Keep holding: rechecked, with a reason and the next recheck", "keep", HELD),
    Key("rate", "r", "r", "app.form('rate')", "Rate: the pump's rate was changed", "rate", ("infusing",)),
    Key("stop", "x", "x", "app.form('stop')", "Stop: the infusion has ended", "stop", ON),
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
    Key("initials", "i", "i", "app.form('initials')", "Initials: who charts at this screen (or click on them)"),
    Key("wall", "w", "w", "app.wall", "Wall: every chair at once, worst first"),
    Key("move", "M", "M", "app.move", "Change of chair: the session goes on at another free one"),
    Key("find", "slash", "/", "app.find", "Find a chair by its name or its patient"),
    Key("review", "l", "l", "app.look_back", "Look back: the sessions in the chart"),
    Key("readings", "o", "o", "app.readings", "Older pressures: every cuff reading of this session"),
    Key("ghost", "c", "c", "app.ghost", "Compare: this patient's previous session behind the curves, or not"),
    Key("next", "tab", "tab", "app.next_chair", "Show the next chair"),
    *(Key(f"event{n}", f"{n}", f"{n}", f"app.event('{n}')", f"Chart the quick event on key {n}") for n in range(1, 10)),
    Key("theme", "t", "t", "app.next_theme", "Next theme: monitor, high contrast, colour-blind, light"),
    Key("keys", "question_mark", "?", "app.keys", "All keys", "keys"),
    Key("palette", "ctrl+p", "ctrl+p", "app.command_palette", "Search every act by name"),
    Key("quit", "ctrl+q", "ctrl+q", "app.quit", "Leave this screen; the recorder goes on recording", "quit"),
)

FIXED = ("palette", "quit")  # the framework binds these for every screen, so no key map moves them


def at_foot(keys: tuple[Key, ...], phase: str, away: bool = False) -> tuple[Key, ...]:
    """Those of ``keys`` that the screen shows in ``phase``, in the words of the moment; all of them work in any."""
    words = {"hold": "resume"} if phase == "held" else {}
    words |= {"away": "back"} if away else {}
    return tuple(
        key._replace(foot=words.get(key.id, key.foot))
        for key in keys
        if key.foot and (not key.when or phase in key.when)
    )


def bindings() -> list[BindingType]:
    """The bindings of the chair's screen. Each has its ``id``, so a key map can move it."""
    return [Binding(key.key, key.action, key.words, id=key.id, show=False) for key in KEYS if key.id not in FIXED]
