"""What a clinic says of an instrument in its folder ``scales``: licensed text, and which bands it judges by.

A file adds words to a skeleton and chooses among sources; it changes no item, no range and no flag.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from charting.rule_file import Fault, FileError, Text, loaded, nearest, refuse, shaped, tomls
from charting.scales.scale import BandSet, Frozen, Item, Remission, Scale
from drivers.core.text import clean


class ItemText(Frozen, frozen=True, kw_only=True):
    """The text of one item and, where given, what each of its scores means."""

    id: str
    text: str
    anchors: tuple[str, ...] = ()


class Wording(Frozen, frozen=True, kw_only=True):
    """A clinic's file. ``licence`` says by what right the text is shown here; ``range`` is checked against the
    skeleton's. ``bands`` and ``remission`` name what is used first, ``own_bands`` are steps that the clinic set.
    """

    scale: Text
    version: Text
    licence: str = ""
    instruction: str = ""
    range: tuple[int, int] | None = None
    bands: str = ""
    remission: str = ""
    own_bands: tuple[BandSet, ...] = ()
    item: tuple[ItemText, ...] = ()


def with_wording(scales: Mapping[str, Scale], folder: Path) -> dict[str, Scale]:
    """``scales`` with what every ``*.toml`` in ``folder`` says of one; as they are where there is no such folder.

    Raises ``FileError``, one sentence that names file, line and key.
    """
    worded = dict(scales)
    taken: dict[str, str] = {}
    for file in tomls(folder):
        scale = loaded(file, partial(_worded, scales, taken))
        worded[scale.id] = scale
    return worded


def _worded(scales: Mapping[str, Scale], taken: dict[str, str], data: Mapping[str, Any], where: str) -> Scale:
    own = shaped(data, Wording, where)
    scale = scales.get(own.scale)
    if scale is None:
        refuse(where, [Fault("scale", f"no scale is called '{own.scale}'; {nearest(own.scale, scales)}")])
        raise FileError(where, "no scale")
    if scale.id in taken:
        refuse(where, [Fault("scale", f"{taken[scale.id]} is about {scale.name} already; keep one of the two files")])
    taken[scale.id] = clean(where)
    refuse(where, _faults(scale, own))
    return _said(scale, own)


def _said(scale: Scale, own: Wording) -> Scale:
    texts = {one.id: one for one in own.item}
    return msgspec.structs.replace(
        scale,
        item=tuple(_with_text(item, texts.get(item.id)) for item in scale.item),
        instruction=own.instruction or scale.instruction,
        installed=own.licence if own.item else scale.installed,
        bands=_first((*own.own_bands, *scale.bands), own.bands),
        remission=_first(scale.remission, own.remission),
    )


N = TypeVar("N", BandSet, Remission)


def _first(offered: tuple[N, ...], wanted: str) -> tuple[N, ...]:
    """``offered`` with the wanted one in front, which is the one used."""
    return tuple(sorted(offered, key=lambda one: bool(wanted) and one.id != wanted))


def _with_text(item: Item, said: ItemText | None) -> Item:
    return item if said is None else msgspec.structs.replace(item, text=said.text, anchors=said.anchors)


def _faults(scale: Scale, own: Wording) -> Iterator[Fault]:
    if own.version != scale.version:
        sentence = f"this is the text of version '{own.version}'; the station scores {scale.name} '{scale.version}'"
        yield Fault("version", sentence)
    if own.range is not None and own.range != scale.range:
        low, high = scale.range
        yield Fault("range", f"{scale.name} goes from {low} to {high}; is this another instrument or version?")
    if own.item:
        yield from _in_items(scale, own)
    elif not (own.bands or own.remission or own.own_bands):
        yield Fault("item", f"this file says nothing of {scale.name}; give the text of its items, or choose bands")
    yield from _in_bands(scale, own)


def _in_items(scale: Scale, own: Wording) -> Iterator[Fault]:
    if scale.has_text:
        yield Fault("item", f"{scale.name} has its text already; remove the items")
    if not own.licence:
        yield Fault("licence", f"it is empty: say by what licence the text of {scale.name} is shown here")
    if len(own.item) != len(scale.item):
        yield Fault("item", f"{scale.name} has {len(scale.item)} items, this file has {len(own.item)}")
    for number, said in enumerate(own.item, 1):
        item, at = scale.items.get(said.id), f"item #{number}"
        if item is None:
            yield Fault(f"{at}.id", f"{scale.name} has no item '{said.id}'; {nearest(said.id, scale.items)}")
            continue
        if not said.text:
            yield Fault(f"{at}.text", f"the text of item {said.id} is empty")
        wanted = item.highest - item.lowest + 1
        if said.anchors and (len(said.anchors) != wanted or not all(said.anchors)):
            sentence = f"item {said.id} takes {wanted} anchors ({item.lowest} to {item.highest}), or none"
            yield Fault(f"{at}.anchors", sentence)
    lacking = [item.id for item in scale.item if item.id not in {one.id for one in own.item}]
    if lacking:
        yield Fault("item", f"the text of item {', '.join(lacking)} of {scale.name} is missing")


def _in_bands(scale: Scale, own: Wording) -> Iterator[Fault]:
    low, high = scale.range
    shipped = {one.id for one in scale.bands}
    for number, one in enumerate(own.own_bands, 1):
        at, starts = f"own_bands #{number}", [step.at_least for step in one.steps]
        if not scale.summed:
            yield Fault(at, f"{scale.name} has no total, so no bands of totals")
        if not one.source:
            yield Fault(f"{at}.source", "say where these steps are from")
        if one.id in shipped:
            yield Fault(f"{at}.id", f"'{one.id}' is a shipped set; give yours a name of its own")
        if not starts or starts[0] != low or any(a >= b for a, b in pairwise(starts)) or starts[-1] > high:
            yield Fault(f"{at}.steps", f"the steps must begin at {low}, rise, and end within {high}; correct them")
    offered: tuple[tuple[str, str, set[str]], ...] = (
        ("bands", own.bands, shipped | {one.id for one in own.own_bands}),
        ("remission", own.remission, {one.id for one in scale.remission}),
    )
    for key, wanted, known in offered:
        if wanted and wanted not in known:
            yield Fault(key, f"{scale.name} has no '{wanted}'; {nearest(wanted, known) if known else 'it has none'}")
