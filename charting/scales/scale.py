"""What an instrument is made of, frozen. Every rule names its source; the chart stores id and version with a score."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from drivers.core.text import clean


class ScaleError(ValueError):
    """An instrument or an answer that cannot be used; ``str()`` is one sentence for a person."""


class Frozen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As read from a file: a key that is not known is a mistake, not an extra."""


class Item(Frozen, frozen=True, kw_only=True):
    """One item, answered with a whole number from ``lowest`` to ``highest``.

    ``text`` is empty in a skeleton; ``anchors`` say what each number means, from the lowest, where the item has words
    of its own.
    """

    id: str
    highest: int
    lowest: int = 0
    text: str = ""
    anchors: tuple[str, ...] = ()


class Band(Frozen, frozen=True, kw_only=True):
    """A step of a band set: totals from ``at_least`` up, or, in a scale without total, any of the items ``any_of``
    above its lowest answer.
    """

    words: str
    at_least: int = 0
    any_of: tuple[str, ...] = ()


class BandSet(Frozen, frozen=True, kw_only=True):
    """Steps in rising order as one source gives them."""

    id: str
    source: str
    steps: tuple[Band, ...]


class Remission(Frozen, frozen=True, kw_only=True):
    """A total of at most ``at_most`` is remission, says ``source``."""

    id: str
    at_most: int
    source: str


class Response(Frozen, frozen=True, kw_only=True):
    """A fall by ``percent`` of the baseline or more is response, says ``source``."""

    percent: int
    source: str


class Flag(Frozen, frozen=True, kw_only=True):
    """Raised by any of ``items`` answered with ``at_least`` or more; ``sentence`` tells a person so."""

    id: str
    items: tuple[str, ...]
    at_least: int
    sentence: str
    source: str


class PatternLevel(Frozen, frozen=True, kw_only=True):
    """From ``count`` counted items on."""

    count: int
    words: str


class Pattern(Frozen, frozen=True, kw_only=True):
    """A published rule that counts items: those at ``counts_at`` or more (``counts_lower`` for single items), where one
    of ``core`` counts. ``levels`` in rising order; the first has count 0.
    """

    id: str
    source: str
    core: tuple[str, ...]
    counts_at: int
    counts_lower: dict[str, int] = {}
    levels: tuple[PatternLevel, ...]


class Subset(Frozen, frozen=True, kw_only=True):
    """Items with a sum of their own."""

    id: str
    name: str
    items: tuple[str, ...]
    source: str


class Skip(Frozen, frozen=True, kw_only=True):
    """Where ``item`` was answered with ``answer``, ``skips`` are not asked and not missing."""

    item: str
    answer: int
    skips: tuple[str, ...]


class Scale(Frozen, frozen=True, kw_only=True):
    """One instrument. ``domains``: the total is the sum of the highest item of each; without them each item is one.

    ``text_may_ship`` is what the licence says of the items' text; ``installed`` is the licence sentence of a clinic
    that has put the text there. ``loinc_total`` and ``loinc_panel`` are codes that a source of ours gives, or empty.
    ``anchors`` are shared by all items that have none of their own.
    """

    id: str
    version: str
    name: str
    source: str
    licence: str
    text_may_ship: bool
    item: tuple[Item, ...]
    instruction: str = ""
    anchors: tuple[str, ...] = ()
    summed: bool = True
    domains: tuple[tuple[str, ...], ...] = ()
    bands: tuple[BandSet, ...] = ()
    response: Response | None = None
    remission: tuple[Remission, ...] = ()
    flag: tuple[Flag, ...] = ()
    pattern: tuple[Pattern, ...] = ()
    subset: tuple[Subset, ...] = ()
    skip: tuple[Skip, ...] = ()
    loinc_total: str = ""
    loinc_panel: str = ""
    installed: str = ""

    @property
    def items(self) -> dict[str, Item]:
        """Items by id, in the order of the form."""
        return {item.id: item for item in self.item}

    @property
    def summands(self) -> tuple[tuple[str, ...], ...]:
        """Item ids whose highest answer is one summand of the total."""
        return self.domains or tuple((item.id,) for item in self.item)

    @property
    def range(self) -> tuple[int, int]:
        """Lowest and highest total."""
        items = self.items
        parts = [[items[one] for one in summand] for summand in self.summands]
        return sum(max(i.lowest for i in part) for part in parts), sum(max(i.highest for i in part) for part in parts)

    @property
    def has_text(self) -> bool:
        """True where every item has its text, shipped or installed."""
        return all(item.text for item in self.item)

    def meanings(self, item: str) -> tuple[str, ...]:
        """What each answer to ``item`` means, from the lowest; empty in a skeleton."""
        return self.items[item].anchors or self.anchors


N = TypeVar("N", BandSet, Remission)


def chosen(offered: Sequence[N], wanted: str, what: str) -> N | None:
    """The one called ``wanted``, the first where "" is asked for, None where a scale has none.

    Raises ``ScaleError`` with the names there are.
    """
    if not wanted:
        return offered[0] if offered else None
    found = next((one for one in offered if one.id == wanted), None)
    if found is None:
        names = ", ".join(one.id for one in offered) or "none"
        raise ScaleError(f"{clean(wanted, 40)!r} is no {what} of this scale; there is: {names}")
    return found


def nearest(word: str, known: Sequence[str]) -> str:
    """``; did you mean 'x'?`` where a known word is like ``word``, else the known words."""
    near = difflib.get_close_matches(word, known, 1, 0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
