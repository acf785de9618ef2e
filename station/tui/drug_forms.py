"""Forms about drugs beside the plan and adverse events. No field of a dose ever has a value beforehand."""

from __future__ import annotations

import re

from charting.adverse import SEVERITIES
from drivers.core.text import clean
from station.tui.acts import Field, Form, Step, number
from station.wire.drug_acts import Adverse, Draw, Medicate, Waste
from station.wire.messages import ChairView

_AMOUNT = re.compile(r"([0-9]*[.,]?[0-9]+)\s*([^\s0-9]+)")
_YES = {"y": True, "yes": True, "n": False, "no": False}


def amount_of(text: str) -> tuple[float, str]:
    """``2 mg`` as number and unit: the unit is typed, too. Raises ValueError with the sentence to show."""
    found = _AMOUNT.fullmatch(clean(text))
    if found is None:
        raise ValueError("a number and its unit, such as 2 mg")
    return number(found.group(1)), found.group(2)


def yes_or_no(text: str) -> bool:
    """y or n. Raises ValueError with the sentence to show."""
    said = _YES.get(clean(text).casefold())
    if said is None:
        raise ValueError("y or n")
    return said


_DRUG = Field("drug", "Drug")


def _amount(label: str) -> Field:
    return Field("amount", label, parse=amount_of)


def given(view: ChairView, by: str) -> Form:
    """A drug was given; ``by`` stands as who gave it, to be changed where it was another."""
    fields = (
        _DRUG,
        _amount("Dose, with its unit"),
        Field("route", "Route"),
        Field("ordered_by", "Ordered by"),
        Field("reason", "Reason"),
        Field("given_by", "Given by", value=by),
    )
    return Form(
        "Drug given",
        fields,
        (
            Step(
                tuple(field.name for field in fields),
                lambda t: Medicate(
                    drug=t["drug"],
                    amount=amount_of(t["amount"])[0],
                    unit=amount_of(t["amount"])[1],
                    route=t["route"],
                    ordered_by=t["ordered_by"],
                    given_by=t["given_by"],
                    reason=t["reason"],
                ),
            ),
        ),
        f"The clinic's list: {', '.join(clean(name) for name in view.drugs)}",
    )


def drawn(view: ChairView) -> Form:
    """A controlled drug was drawn up."""
    return Form(
        "Controlled drug drawn up",
        (_DRUG, _amount("Drawn, with its unit")),
        (
            Step(
                ("drug", "amount"),
                lambda t: Draw(drug=t["drug"], amount=amount_of(t["amount"])[0], unit=amount_of(t["amount"])[1]),
            ),
        ),
        _accounts(view),
    )


def wasted(view: ChairView) -> Form:
    """The rest of a controlled drug was thrown away before a witness."""
    return Form(
        "Controlled drug wasted, before a witness",
        (_DRUG, _amount("Wasted, with its unit"), Field("second", "Witness: initials")),
        (
            Step(
                ("drug", "amount", "second"),
                lambda t: Waste(
                    drug=t["drug"],
                    amount=amount_of(t["amount"])[0],
                    unit=amount_of(t["amount"])[1],
                    second=t["second"],
                ),
            ),
        ),
        _accounts(view),
    )


ADVERSE = Form(
    "Adverse event",
    (
        Field("event", "What happened"),
        Field("severity", "mild, moderate, severe"),
        Field("serious", "Serious? y/n", parse=yes_or_no),
        Field("outcome", "Outcome so far"),
    ),
    (
        Step(
            ("event", "severity", "serious", "outcome"),
            lambda t: Adverse(
                event=t["event"], severity=t["severity"], outcome=t["outcome"], serious=yes_or_no(t["serious"])
            ),
        ),
    ),
    f"Severity is one of: {', '.join(SEVERITIES)}. Serious is what your clinic's rule calls so.",
)


def _accounts(view: ChairView) -> str:
    return "\n".join(clean(one) for one in view.accounts) or "nothing was drawn in this session so far"
