"""Where protocols come from: the shipped files, and a clinic's folder that adds some or replaces one by a new version.

In that folder each ``*.toml`` is a protocol, but ``gates.toml``, which holds gate profiles (``gates.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import msgspec

from charting.gates import Gate, load_gates
from charting.protocol import Protocol
from charting.protocol_check import Known, faults
from charting.rule_file import Fault, FileError, loaded, nearest, refuse, replaced, shaped
from drivers.core.text import clean

GATES = "gates.toml"
NOTHING = Known()  # no name outside is known, so none is checked


def load_protocols(clinic: Path | None = None, known: Known = NOTHING) -> dict[str, Protocol]:
    """Every protocol by id, in the order of their ids; all of them passed the same checks.

    Raises ``FileError`` in one sentence: the first thing wrong in the first file that has one, also an id that two of
    the clinic's files claim, or one of ours with other content under the same version.
    """
    shipped = _files(resources.files("charting") / "protocols")
    if clinic is None:
        return _read(shipped, load_gates(), known)
    if not clinic.is_dir():
        raise FileError("", f"{clean(clinic.name)} is no folder that can be read; make it or correct the setting")
    own = clinic / GATES
    gates = load_gates(own if own.exists() else None)  # a gate that the clinic replaced is replaced everywhere
    found = _read(shipped, gates, known)
    return dict(sorted((found | _read(_files(clinic), gates, known, found)).items()))


def protocol_from(data: Mapping[str, Any], where: str, gates: Mapping[str, Gate], known: Known = NOTHING) -> Protocol:
    """A protocol from parsed TOML, checked; ``where`` names it in the sentence of a ``FileError``."""
    named = data.get("gates")
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        refuse(where, [Fault("gates", 'a list of gate profiles by name must stand here, as ["canmat-2021"]')])
        raise AssertionError
    for number, one in enumerate(named, 1):
        if one not in gates:
            refuse(where, [Fault(f"gates #{number}", f"there is no such gate profile; {nearest(one, gates)}")])
    resolved = [msgspec.to_builtins(gates[one]) for one in named]
    protocol = shaped({**data, "gates": resolved}, Protocol, where)
    refuse(where, faults(protocol, known))
    return protocol


def _files(folder: Path | Traversable) -> list[Path | Traversable]:
    found = (one for one in folder.iterdir() if one.name.endswith(".toml") and one.name != GATES)
    return sorted(found, key=lambda one: one.name)


def _read(
    files: list[Path | Traversable],
    gates: Mapping[str, Gate],
    known: Known,
    before: Mapping[str, Protocol] = {},
) -> dict[str, Protocol]:
    found: dict[str, Protocol] = {}
    for file in files:
        protocol = loaded(file, partial(protocol_from, gates=gates, known=known))
        if protocol.id in found:
            refuse(file.name, [Fault("id", f"another file here has id '{protocol.id}'; give one of them another id")])
        refuse(file.name, replaced("protocol", protocol, before.get(protocol.id)))
        found[protocol.id] = protocol
    return found
