"""What a bad line does to bytes. Pure: the chance is passed in."""

from __future__ import annotations

import random

LINE_FAULTS = ("pulled", "silent", "noise", "damaged")  # the words of scenario.FAULTS that concern the line
_BYTES_PER_FLIP = 400
_LONGEST_NOISE = 24


def apply(fault: str, data: bytes, rng: random.Random) -> bytes:
    """``data`` (whole frames as the device said them) as it leaves a line with ``fault``; "" leaves it alone.

    ``pulled`` and ``silent`` let nothing through, ``noise`` puts random bytes before and behind, ``damaged``
    flips at least one byte. ValueError for any other word.
    """
    if fault and fault not in LINE_FAULTS:
        raise ValueError(f"{fault!r} is no fault of a line.")
    if fault in ("pulled", "silent"):
        return b""
    if not data or not fault:
        return data
    if fault == "noise":
        before, behind = (rng.randbytes(rng.randint(1, _LONGEST_NOISE)) for _ in range(2))
        return before + data + behind
    damaged = bytearray(data)
    for place in rng.sample(range(len(data)), 1 + len(data) // _BYTES_PER_FLIP):
        damaged[place] ^= rng.randint(1, 255)
    return bytes(damaged)
