"""The clinic's list of drugs that can be charted beside the plan. Names, units and routes; never a dose."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from drivers.core.text import clean
from station.errors import USAGE, Trouble
from station.written import load_toml

SHIPPED = Path(__file__).with_name("drugs.toml")


class Drug(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row. ``controlled``: drawn, given and wasted are accounted for; ``infused``: it is what the pump gives.
    ``counts_as`` is the co-medication of the protocols that it is, where that is not its own id.
    """

    id: str
    name: str
    units: tuple[str, ...]
    routes: tuple[str, ...]
    controlled: bool = False
    infused: bool = False
    counts_as: str = ""


class DrugList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file. ``version`` stands in every entry made from it."""

    version: str = ""
    drug: tuple[Drug, ...] = ()

    def called(self, typed: str) -> Drug | None:
        """The drug of this name or id, or the only one whose name begins so."""
        said = clean(typed).casefold()
        exact = [one for one in self.drug if said in (one.id.casefold(), one.name.casefold())]
        begun = [one for one in self.drug if said and one.name.casefold().startswith(said)]
        found = exact or begun
        return found[0] if len(found) == 1 else None

    def unknown(self, typed: str) -> str:
        """What to say of a name that is none here."""
        said, names = clean(typed, 40), [one.name for one in self.drug]
        near = difflib.get_close_matches(said.casefold(), names, 1, 0.6)
        hint = f"did you mean {near[0]}?" if near else f"it has: {', '.join(names)}"
        return f"{said!r} is not on the clinic's list; {hint}"


def load_drugs(clinic: Path) -> DrugList:
    """The clinic's list where there is one, else the shipped one; checked."""
    path = clinic if clinic.exists() else SHIPPED
    return check(load_toml(path, DrugList, "list of drugs"), str(path))


def check(written: DrugList, where: str) -> DrugList:
    """``written`` back, or ``Trouble``: no version, a name twice, no unit or route, two drugs that the pump gives."""
    if not clean(written.version):
        raise Trouble(f"{where}: give the list a version, which stands in every entry made from it", USAGE)
    for what, said in (("id", [d.id for d in written.drug]), ("name", [d.name.casefold() for d in written.drug])):
        twice = next((s for s in said if said.count(s) > 1), None)
        if twice is not None:
            raise Trouble(f"{where}: the {what} {clean(twice)!r} is given twice", USAGE)
    for one in written.drug:
        for what, texts in (("id", (one.id,)), ("name", (one.name,)), ("units", one.units), ("routes", one.routes)):
            if not texts or not all(_plain(text) for text in texts):
                raise Trouble(f"{where}: {clean(one.id)}: {what} are empty or hold control characters", USAGE)
    if sum(one.infused for one in written.drug) > 1:
        raise Trouble(f"{where}: only one drug is what the pump gives (infused = true)", USAGE)
    return written


def _plain(text: str) -> bool:
    return bool(text) and clean(text) == text


def one_of(typed: str, known: Iterable[str]) -> str | None:
    """The word of ``known`` that was typed, in its own letters; None where it is none of them."""
    said = clean(typed).casefold()
    return next((word for word in known if word.casefold() == said), None)
