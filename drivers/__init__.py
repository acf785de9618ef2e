"""What a device says. Ground floor: imports nothing of ours. A driver is found by its file being here."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def names() -> list[str]:
    """Names of the drivers in this folder, sorted; none of them is imported."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name != "core")


def load(name: str) -> ModuleType:
    """The driver module of that name: ``INFO`` and ``Driver``. Raises KeyError for a name not in ``names()``."""
    if name not in names():
        raise KeyError(name)
    return importlib.import_module(f"drivers.{name}")
