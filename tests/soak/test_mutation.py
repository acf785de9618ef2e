"""D2: damaged frames by the million. The oracle is: what comes out was sent, or nothing comes out.

Only damage that the device's own guard can see is made: for a sum, one byte changed, bytes missing, a cut, and two
frames joined at a length neither had; for a grammar, bytes it has no place for. (An eight-bit sum lets 1 in 256 of
heavier damage through; no decoder can know better.)
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

import drivers
from drivers.core.measurement import FrameError, Numeric

from .closing import run, size

DRIVERS_TESTS = str(Path(__file__).parents[1] / "drivers")
if DRIVERS_TESTS not in sys.path:
    sys.path.append(DRIVERS_TESTS)
from sample import display, heard, numerics, spoken  # noqa: E402 - found only after the path is known

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]
SECONDS = 24
TOLD = 5  # failures kept in words


@pytest.mark.parametrize("name", drivers.names())
def test_what_comes_out_was_sent(name: str) -> None:
    frames, chance = size("SOAK_FRAMES", 1_000_000), random.Random(size("SOAK_SEED", 20261122))
    said = [chunk for chunk in spoken(name, [display(second) for second in range(SECONDS)]) if chunk]
    sent = {(item.metric, item.value) for item in numerics(heard(name, said))} | {
        (metric, None) for metric in drivers.load(name).INFO.metrics
    }
    foreign = bytes(sorted(set(range(256)) - set(b"".join(said)))) or bytes(range(256))
    by_sum = drivers.load(name).INFO.integrity != "grammar"
    driver = drivers.load(name).Driver()
    refused = wrong = 0
    with run(f"D2 {name}") as soak:
        for soak.n in range(1, frames + 1):
            chunk = chance.choice(said)
            hurt = _damaged(chance, soak.n % 4, chunk, chance.choice(said), foreign, by_sum)
            for item in driver.receive(hurt, soak.n):
                if isinstance(item, FrameError):
                    refused += 1
                elif isinstance(item, Numeric) and (item.metric, item.value) not in sent:
                    wrong += 1
                    if wrong <= TOLD:
                        soak.failures.append(f"frame {soak.n}, damage {soak.n % 4}: {item} from {hurt!r}")
        soak.seen = f"{refused} refused, {wrong} values that were not sent"
        assert refused > frames // 2, "too little was damaged"


def _damaged(chance: random.Random, way: int, chunk: bytes, other: bytes, foreign: bytes, by_sum: bool) -> bytes:
    """``chunk`` hurt in one of four ways, its ends closed so that the next frame is not hurt with it."""
    at = chance.randrange(len(chunk))
    match way:
        case 0:
            fits = bytes(set(range(256)) - {chunk[at]}) if by_sum else foreign
            hurt = chunk[:at] + bytes([chance.choice(fits)]) + chunk[at + 1 :]
        case 1:
            hurt = chunk[:at] + chunk[at + 1 :]
        case 2:
            hurt = chunk[:at]
        case _:
            there = chance.randrange(len(other))
            hurt = chunk[:at] + other[there + (there == at) :]
    return hurt + (b"\x7e" if by_sum else b"\n")
