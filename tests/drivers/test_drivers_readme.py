"""The device table of the README is what the drivers say of themselves."""

from __future__ import annotations

from pathlib import Path

import drivers
from drivers.core.catalogue import METRICS
from drivers.core.driver import DriverInfo

README = Path(drivers.__file__).with_name("README.md")


def row(info: DriverInfo) -> str:
    """The line of the table for a driver; metrics in the order of the catalogue."""
    line = info.line
    settings = f"{line.baud} {line.data_bits}{line.parity}{line.stop_bits}"
    settings += ", RTS/CTS" if line.hardware_handshake else ""
    metrics = " ".join(name for name in METRICS if name in info.metrics)
    cells = (f"`{info.name}`", info.maker, info.models, metrics, settings, info.integrity)
    return "| " + " | ".join(cells) + " |"


def test_the_device_table_is_what_the_drivers_say() -> None:
    rows = [line for line in README.read_text().splitlines() if line.startswith("| `") and line.count("|") == 7]
    assert rows == [row(drivers.load(name).INFO) for name in drivers.names()]
