"""A patient, a scenario, a line with faults, and an encoder per device. Shares no code with the product.

Simulators and drivers were written apart from the same protocol pages and meet over bytes only, so one's
mistake is not the other's. A device is a file ``<maker>_<model>.py`` here; no other module's name has an
underscore.
"""

from __future__ import annotations

import difflib
import importlib
from pathlib import Path
from typing import cast

from simulators.readings import DeviceModule

_HERE = Path(__file__).parent


def device_names() -> list[str]:
    """Names of the devices that can be simulated, sorted."""
    return sorted(path.stem for path in _HERE.glob("[a-z]*_*.py"))


def load(name: str) -> DeviceModule:
    """The module of device ``name`` (``SENDS``, ``PERIOD_S``, ``Device``); LookupError if unknown."""
    names = device_names()
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(names)}."
        raise LookupError(f"No simulated device is called {name!r}; {hint}")
    return cast(DeviceModule, importlib.import_module(f"simulators.{name}"))
