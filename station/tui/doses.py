"""Forms that follow the session's protocol: its choice, the plan of a dose without a pump, and that it was given."""

from __future__ import annotations

import msgspec

from drivers.core.text import clean
from station.tui.acts import INITIALS, START, WEIGHT, Field, Form, Step, Typed, number
from station.wire.messages import ChairView, Give, Offer, PlanDose

LABELS = {
    "mg_per_kg": "Dose, mg/kg",
    "dose_mg": "Dose, mg",
    "minutes": "Over, minutes",
    "mg_per_ml": "Concentration, mg/mL",
}
OF_A_PUMP = ("mg_per_kg", "minutes", "mg_per_ml")  # fields of the start page that wait where there is no pump


def beginning(offers: tuple[Offer, ...]) -> Form:
    """A session's first form, with the protocols to choose from where the recorder has any."""
    form = START["begin"]
    if not offers:
        return form
    choices = tuple((offer.id, offer.facts) for offer in offers)
    protocol = Field("protocol", "Protocol, ↑ ↓", value=offers[0].id, choices=choices)
    opening, *rest = form.steps
    named = Step(
        (*opening.fields, protocol.name),
        lambda t: msgspec.structs.replace(opening.act(t), protocol=t["protocol"]),
    )
    return form._replace(fields=(*form.fields[:2], protocol, *form.fields[2:]), steps=(named, *rest))


def left_out(offers: tuple[Offer, ...], protocol: str) -> tuple[str, ...]:
    """The fields of the start page that ``protocol`` does not ask for there."""
    return OF_A_PUMP if any(offer.id == protocol and not offer.pump for offer in offers) else ()


DOSE_WORDS = {"mg_per_kg": "by weight, mg/kg", "dose_mg": "as a whole, mg"}


def stated(view: ChairView) -> tuple[tuple[str, str], ...]:
    """The ways to state the dose, where the protocol leaves a choice."""
    doses = view.infusion.doses
    return tuple((name, DOSE_WORDS[name]) for name in doses) if len(doses) > 1 else ()


def planning(view: ChairView, dose: str = "") -> Form:
    """The dose plan of an open session, with the weight that is charted, to be corrected where it is wrong; ``dose`` is
    how a dose without a pump is stated, "" the protocol's first way.
    """
    charted = "" if view.weight_kg is None else f"{view.weight_kg:g}"
    names = view.infusion.plan_fields
    names = (dose, *names[1:]) if dose and names else names
    form = _without_pump(names) if names else START["plan"]
    if view.paper:
        form = form._replace(steps=tuple(_from_paper(step) for step in form.steps))
    return form._replace(fields=tuple(f._replace(value=charted) if f is WEIGHT else f for f in form.fields))


def from_paper(offers: tuple[Offer, ...]) -> Form:
    """The first form of a session that is over and was kept on paper."""
    form = beginning(offers)
    opening = _from_paper(form.steps[0])
    fields = tuple(field for field in form.fields if field.name in (*opening.fields, INITIALS.name))
    return form._replace(title="Begin to type a session back from paper", fields=fields, steps=(opening,))


def _from_paper(step: Step) -> Step:
    return step._replace(act=lambda typed: msgspec.structs.replace(step.act(typed), paper=True))


def _without_pump(names: tuple[str, ...]) -> Form:
    def act(typed: Typed) -> PlanDose:
        return msgspec.structs.replace(PlanDose(), **{name: number(typed[name]) for name in (WEIGHT.name, *names)})

    fields = (WEIGHT, *(Field(name, LABELS[name], number=True) for name in names), INITIALS)
    return Form("Plan the dose", fields, (Step((WEIGHT.name, *names), act),))


def giving(view: ChairView) -> Form:
    """That the next part was given; the recorder asks once more, because Enter gives no drug."""
    fields = (Field("detail", view.infusion.detail),)
    return Form(
        f"Given now: {view.infusion.next_part}",
        fields,
        (Step(("detail",), lambda t: Give(detail=t["detail"])),),
        "\n".join(clean(note) for note in view.dose_notes),
    )


def no_giving(view: ChairView) -> str:
    """Why no dose can be charted as given now; "" where one can."""
    if view.infusion.phase not in ("baseline", "infusing"):
        return "the whole dose was given before"
    return "" if view.infusion.next_part else "there is no dose plan yet; enter it first"
