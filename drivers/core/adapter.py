"""Which adapter a port is: found again under another name, and no stranger taken for it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from drivers.core.port_trouble import PortTrouble

_PTY = re.compile(r"/dev/(pts/\d+|ttys\d+)")


class Adapter(NamedTuple):
    """A USB adapter. The place it is plugged in counts only where the chip has no serial number."""

    vid: int
    pid: int
    serial_number: str | None
    location: str | None


def adapters(ports: Iterable[Any]) -> dict[str, Adapter]:
    """The USB adapters among ``ports`` (pyserial's list of what is present now), by real device path."""
    return {
        os.path.realpath(found.device): Adapter(
            found.vid, found.pid, found.serial_number, None if found.serial_number else found.location
        )
        for found in ports
        if found.vid is not None
    }


def adapter_at(port: str, present: dict[str, Adapter]) -> Adapter | None:
    """The adapter behind ``port`` (a path or a link to one), None where it is no USB adapter."""
    return present.get(os.path.realpath(port))


def find(port: str, adapter: Adapter | None, present: dict[str, Adapter]) -> str:
    """Where ``adapter``, first opened as ``port``, is now. Raises PortTrouble if another took its name."""
    if adapter is None or adapter_at(port, present) == adapter:
        return port
    for device, found in present.items():
        if found == adapter:
            return device
    if Path(port).exists():
        raise PortTrouble(
            f"{port} is another adapter than the one this chair began with: plug that one in again, "
            "or start anew if the monitor was exchanged."
        )
    return port


def is_pty(port: str) -> bool:
    """True for a pseudo-terminal, also behind a link."""
    return _PTY.fullmatch(os.path.realpath(port)) is not None


def locked(port: str) -> bool:
    """True where a program holds the exclusive lock a link takes, as far as the kernel's list shows it."""
    locks = Path("/proc/locks")
    if not locks.exists():
        return False
    status = Path(port).stat()
    place = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    return any("FLOCK" in line and place in line.split() for line in locks.read_text().splitlines())
