"""Text of licensed instruments, installed by a clinic that holds the licence: it adds words to a skeleton, no more."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from charting.scales.scale import Frozen, Item, Scale, ScaleError
from charting.scales.shelf import scale_called
from drivers.core.text import clean

LONGEST = 600  # characters of one item's text


class ItemText(Frozen, frozen=True, kw_only=True):
    """The text of one item and, where given, what each of its scores means."""

    id: str
    text: str
    anchors: tuple[str, ...] = ()


class Wording(Frozen, frozen=True, kw_only=True):
    """A clinic's file. ``licence`` says by what right the text is shown here."""

    scale: str
    version: str
    licence: str
    instruction: str = ""
    item: tuple[ItemText, ...] = ()


def with_wording(scales: Mapping[str, Scale], folder: Path) -> dict[str, Scale]:
    """``scales`` with the text of every ``*.toml`` in ``folder``; as they are where there is no such folder.

    Raises ``ScaleError``, one sentence that names the file, for a file that cannot be read or does more than add text.
    """
    worded = dict(scales)
    for path in sorted(folder.glob("*.toml")):
        try:
            wording = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Wording)
            worded[wording.scale] = add_text(scale_called(wording.scale, worded), wording)
        except OSError as error:
            raise ScaleError(f"cannot read the scale text {path}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise ScaleError(f"{path} is not text, so it is no scale text") from None
        except tomllib.TOMLDecodeError as error:
            raise ScaleError(f"{path}: not valid TOML: {error}") from None
        except (msgspec.ValidationError, ScaleError) as error:
            raise ScaleError(f"{path}: {error}") from None
    return worded


def add_text(scale: Scale, wording: Wording) -> Scale:
    """``scale`` with its text. Raises ``ScaleError`` where the text is not of this scale, item for item."""
    if scale.has_text:
        raise ScaleError(f"{scale.name} has its text already; remove this file")
    if wording.version != scale.version:
        said = clean(wording.version, 40)
        raise ScaleError(f"this is the text of version {said!r}; the station scores {scale.name} {scale.version!r}")
    if not clean(wording.licence):
        raise ScaleError(f"licence is empty: say by what licence the text of {scale.name} is shown here")
    texts = {one.id: one for one in wording.item}
    if len(wording.item) != len(scale.item):
        raise ScaleError(f"{scale.name} has {len(scale.item)} items, this file has {len(wording.item)}")
    lacking = [item.id for item in scale.item if item.id not in texts]
    if lacking:
        raise ScaleError(f"the text of item {', '.join(lacking)} of {scale.name} is missing")
    return msgspec.structs.replace(
        scale,
        item=tuple(_worded(item, texts[item.id]) for item in scale.item),
        instruction=clean(wording.instruction, LONGEST),
        installed=clean(wording.licence, LONGEST),
    )


def _worded(item: Item, said: ItemText) -> Item:
    text, anchors = clean(said.text, LONGEST), tuple(clean(anchor, LONGEST) for anchor in said.anchors)
    if not text:
        raise ScaleError(f"the text of item {item.id} is empty")
    wanted = item.highest - item.lowest + 1
    if anchors and (len(anchors) != wanted or not all(anchors)):
        raise ScaleError(f"item {item.id} takes {wanted} anchors ({item.lowest} to {item.highest}), or none")
    return msgspec.structs.replace(item, text=text, anchors=anchors)
