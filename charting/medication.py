"""Drugs given beside the plan, and the account of controlled ones: drawn, given, wasted, remaining. Recorded, never
ordered: nothing here knows a dose. Pure; a part of the session's fold.
"""

from __future__ import annotations

from typing import Any

import msgspec

from charting.model import Entry, Kind

GIVEN, DRAWN, WASTED = "given", "drawn", "wasted"
WHAT = (GIVEN, DRAWN, WASTED)
# ours: an infused amount is a rate times minutes between keys, so it never fits the syringe to the last hundredth
INFUSED_SLACK_PART = 0.02
LEAST_OPEN = 0.005  # below this a remainder is none


class Dose(msgspec.Struct, frozen=True):
    """One entry: ``amount`` of ``drug`` was given, drawn or wasted. ``infused``: it is what the pump gives;
    ``counts_as``: the id of the protocols' co-medication that it is.
    """

    seq: int
    at_ms: int
    what: str
    drug: str
    name: str
    amount: float
    unit: str
    controlled: bool
    infused: bool
    counts_as: str = ""


class Account(msgspec.Struct, frozen=True):
    """A controlled drug that somebody drew or gave, in one unit. ``infused`` is what the pump gave of it so far."""

    drug: str
    name: str
    unit: str
    drawn: float
    given: float
    infused: float
    wasted: float

    @property
    def remaining(self) -> float:
        """What should be left; below zero more was given and wasted than was drawn."""
        return self.drawn - self.given - self.infused - self.wasted

    @property
    def open(self) -> bool:
        """Whether what was drawn is not what was given and wasted."""
        return abs(self.remaining) > max(LEAST_OPEN, INFUSED_SLACK_PART * self.drawn if self.infused else 0.0)


def medicated(doses: tuple[Dose, ...], entry: Entry) -> tuple[Dose, ...]:
    """The doses after one more entry; what a correction names counts no more."""
    if entry.supersedes is not None:
        doses = tuple(dose for dose in doses if dose.seq != entry.supersedes)
    if entry.kind is not Kind.MEDICATION:
        return doses
    p = entry.payload
    names = ("what", "drug", "name", "amount", "unit", "controlled", "infused")
    counts_as = p.get("counts_as", p["drug"])  # charts from before there were any name the drug itself
    dose = Dose(entry.seq, entry.happened_at_ms, *(p[name] for name in names))
    return (*doses, msgspec.structs.replace(dose, counts_as=counts_as))


def accounts(doses: tuple[Dose, ...], infused_mg: float) -> tuple[Account, ...]:
    """The accounts of all controlled drugs, in the order in which they first appear; one that was never drawn here has
    none. ``infused_mg``: what the pump gave by now.
    """
    kept: dict[tuple[str, str], dict[str, Any]] = {}
    for dose in doses:
        if dose.controlled:
            one = kept.setdefault((dose.drug, dose.unit), dict.fromkeys(WHAT, 0.0) | {"name": dose.name, "pump": False})
            one[dose.what] += dose.amount
            one["pump"] = one["pump"] or dose.infused
    return tuple(
        Account(
            drug, one["name"], unit, one[DRAWN], one[GIVEN], infused_mg if one["pump"] and unit == "mg" else 0.0,
            one[WASTED],
        )
        for (drug, unit), one in kept.items()
        if one[DRAWN] or one[WASTED]
    )  # fmt: skip


def account_of(every: tuple[Account, ...], drug: str, unit: str) -> Account | None:
    """The account of ``drug`` in ``unit``, None where nothing of it was drawn."""
    return next((one for one in every if (one.drug, one.unit) == (drug, unit)), None)


def account_text(one: Account) -> str:
    """``midazolam: 5 mg drawn, 2 given, 0 wasted, 3 mg remaining``."""
    pump = f", {one.infused:.1f} by the pump" if one.infused else ""
    left = f"{one.remaining:.1f}" if one.infused else f"{round(one.remaining, 3):g}"
    return (
        f"{one.name}: {one.drawn:g} {one.unit} drawn, {one.given:g} given{pump}, {one.wasted:g} wasted,"
        f" {left} {one.unit} remaining"
    )


def dose_text(p: dict[str, Any]) -> str:
    """The payload of an entry as one line."""
    amount = f"{p['name']} {p['amount']:g} {p['unit']}"
    if p["what"] == GIVEN:
        return f"{amount} {p['route']}, given by {p['given_by']}, ordered by {p['ordered_by']}"
    witness = f", witness {p['second']['initials']}" if "second" in p else ""
    return f"{p['what']}: {amount}{witness}"
