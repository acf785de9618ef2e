"""Bytes of every driver's device, made by its simulator: written apart from the driver, met over bytes only."""

from __future__ import annotations

from pathlib import Path

import pytest

import drivers
import simulators
from drivers.core.measurement import FrameError, Item, Numeric
from simulators.readings import Cuff, Readings

S = 1_000_000_000
CAPTURES = Path(__file__).parents[3] / "shared" / "captures"


def capture(name: str) -> Path:
    """A real capture, or a skip that says where it was looked for."""
    path = CAPTURES / name
    if not path.exists():
        pytest.skip(f"real capture {name} is not at {CAPTURES}")
    return path


def display(second: int) -> Readings:
    """A display whose every number differs from second to second, with a new cuff reading each fourth."""
    number = second // 4
    cuff = Cuff(number, 118.0 + number, 70.0 + number, 86.0 + number, float(4 * number))
    return Readings(
        t_s=float(second),
        hr=60.0 + second,
        pulse_rate=90.0 + second,
        spo2=97.0 - second,
        perfusion_index=1.0 + second / 10,
        resp_rate=10.0 + second,
        etco2=30.0 + second,
        fico2=float(second) / 10,
        temp=36.0 + second / 10,
        art_sys=120.0 + second,
        art_dia=60.0 + second,
        art_mean=80.0 + second,
        cuff=cuff,
    )


def nothing(second: int) -> Readings:
    """A display with every module there and no reading on any."""
    return Readings(t_s=float(second))


def spoken(name: str, readings: list[Readings | None]) -> list[bytes]:
    """What the simulated device says each second, asked by the driver as the driver asks."""
    device, driver = simulators.load(name).Device(seed=7), drivers.load(name).Driver()
    said = []
    for second, shown in enumerate(readings):
        device.hear(driver.tick(second * S), float(second))
        said.append(device.say(float(second), shown))
        list(driver.receive(said[-1], second * S))
    return said


def heard(name: str, chunks: list[bytes]) -> list[Item]:
    """All items of a new driver fed ``chunks`` and then the end of input."""
    driver = drivers.load(name).Driver()
    items = [item for chunk in chunks for item in driver.receive(chunk, None)]
    return items + list(driver.finish(None))


def numerics(items: list[Item]) -> list[Numeric]:
    return [item for item in items if isinstance(item, Numeric)]


def errors(items: list[Item]) -> list[FrameError]:
    return [item for item in items if isinstance(item, FrameError)]
