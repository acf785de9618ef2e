"""Where a question of the recorder's is answered: the reason, and who else answers for it; hidden until asked for."""

from __future__ import annotations

from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from drivers.core.text import clean
from station.tui.widgets.typed import Typed
from station.wire.messages import Refused, Vouch

WHY, WHO = "why", "who"
LABELS = {"second": "Second person, initials", "prescriber": "Prescriber: AB, role"}


class Said(NamedTuple):
    """What was typed; ``vouch`` is None where nobody else is asked for."""

    why: str
    vouch: Vouch | None


class Answer(Vertical):
    """``ask`` shows the fields that a question takes, ``said`` gives what is in them once none of those is empty."""

    def compose(self) -> ComposeResult:
        """A line for the reason, one for the other person."""
        with Horizontal(id="why-row"):
            yield Static("Reason", classes="label", markup=False)
            yield Typed(WHY, disabled=True)
        with Horizontal(id="who-row"):
            yield Static("", id="who-label", classes="label", markup=False)
            yield Typed(WHO, disabled=True)

    def ask(self, question: Refused | None) -> None:
        """Empty fields for what ``question`` takes; None: none."""
        who = question.who if question is not None else ""
        for name, needed in ((WHY, question is not None and question.why), (WHO, bool(who))):
            self.query_one(f"#{name}-row").set_class(needed, "asked")
            field = self.query_one(f"#{name}", Typed)
            field.value, field.disabled = "", not needed
        self.query_one("#who-label", Static).update(LABELS.get(who, ""))

    @property
    def open(self) -> Typed | None:
        """The first field that is asked for and still empty."""
        fields = (self.query_one(f"#{name}", Typed) for name in (WHY, WHO))
        return next((field for field in fields if not field.disabled and not clean(field.value)), None)

    @property
    def said(self) -> Said:
        """What was typed."""
        why, who = (self.query_one(f"#{name}", Typed) for name in (WHY, WHO))
        initials, _, role = clean(who.value).partition(",")
        return Said(clean(why.value), None if who.disabled else Vouch(initials=initials.strip(), role=role.strip()))
