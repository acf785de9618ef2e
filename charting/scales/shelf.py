"""The instruments that come with the station."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import msgspec

from charting.scales.scale import Scale, ScaleError, nearest
from drivers.core.text import clean


@cache
def shipped() -> Mapping[str, Scale]:
    """Every shipped scale by its id, in the order of their ids. Read-only: it is read once."""
    folder = files("charting.scales") / "instruments"
    texts = [entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")]
    scales = (msgspec.convert(tomllib.loads(text), Scale) for text in texts)
    return MappingProxyType({scale.id: scale for scale in sorted(scales, key=lambda one: one.id)})


def scale_called(name: str, scales: Mapping[str, Scale] | None = None) -> Scale:
    """The scale of an id among ``scales`` (or the shipped ones). ``ScaleError`` with the nearest id if it is none."""
    known = shipped() if scales is None else scales
    if name not in known:
        said = clean(name, 40)
        raise ScaleError(f"no scale is called {said!r}{nearest(said, list(known))}")
    return known[name]
