"""Where a question of the recorder's is answered: the reason, and who else answers for it; hidden until asked for."""

from __future__ import annotations

from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from drivers.core.text import clean
from station.tui.widgets.typed import Typed
from station.wire.messages import Refused, Second
from station.wire.people_acts import Vouch

WHY, WHO, WHO_PIN = ANSWERS = ("why", "who", "who-pin")
LABELS = {"second": "Second person, initials", "prescriber": "Prescriber: AB, role"}
WITH_PIN = {"second": "Second person, initials", "prescriber": "Prescriber, initials"}  # the PIN tells the role


class Said(NamedTuple):
    """What was typed. ``second`` is None where nobody else is asked for, or where that person proves it by ``proof``
    first.
    """

    why: str
    second: Second | None
    proof: Vouch | None


class Answer(Vertical):
    """``ask`` shows the fields that a question takes, ``said`` gives what is in them once none of those is empty."""

    def compose(self) -> ComposeResult:
        """A line for the reason, one for the other person, one for their PIN."""
        for name, label in ((WHY, "Reason"), (WHO, ""), (WHO_PIN, "Their PIN")):
            with Horizontal(id=f"{name}-row", classes="answer"):
                yield Static(label, id=f"{name}-label", classes="label", markup=False)
                yield Typed(name, disabled=True, secret=name == WHO_PIN)

    def ask(self, question: Refused | None) -> None:
        """Empty fields for what ``question`` takes; None: none."""
        who, pin = (question.who, bool(question.who) and question.pin) if question is not None else ("", False)
        for name, needed in ((WHY, question is not None and question.why), (WHO, bool(who)), (WHO_PIN, pin)):
            self.query_one(f"#{name}-row").set_class(needed, "asked")
            field = self._field(name)
            field.value, field.disabled = "", not needed
        self.query_one(f"#{WHO}-label", Static).update((WITH_PIN if pin else LABELS).get(who, ""))

    def _field(self, name: str) -> Typed:
        return self.query_one(f"#{name}", Typed)

    @property
    def open(self) -> Typed | None:
        """The first field that is asked for and still empty."""
        fields = map(self._field, ANSWERS)
        return next((field for field in fields if not field.disabled and not clean(field.value)), None)

    @property
    def said(self) -> Said:
        """What was typed."""
        why, who, pin = map(self._field, ANSWERS)
        initials, _, role = (part.strip() for part in clean(who.value).partition(","))
        proof = None if pin.disabled else Vouch(initials=initials, pin=pin.value)
        second = None if who.disabled or proof is not None else Second(who=initials, role=role)
        return Said(clean(why.value), second, proof)
