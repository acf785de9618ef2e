"""A record from a piece between two flags: unstuffed, measured, summed, its subrecords found (GE 8005313)."""

from __future__ import annotations

import struct
from typing import NamedTuple

from drivers.core.framing import BadFrame, sum8, unstuffed

PHDB, WAVE, ALARM, NETWORK = 0, 1, 4, 5
MAINTYPES = (PHDB, WAVE, ALARM, NETWORK)
DISPL, AUX = 1, 4
_SUBRECORD_BYTES = {DISPL: 278, 2: 278, 3: 278, AUX: 114}  # 2 and 3 are trends: measured, never read as live
LONGEST = 1490  # a record without its checksum

_HEADER = struct.Struct("<h4xI4xh")  # r_len @0, r_time @6 (packed), r_maintype @14
_DESCRIPTORS = struct.Struct("<" + "hB" * 8)


class Record(NamedTuple):
    """A whole record: ``subrecords`` are (type, position); only PHDB has them read."""

    maintype: int
    time_s: int
    data: bytes
    subrecords: list[tuple[int, int]]


def parse_record(piece: bytes) -> Record:
    """The record in ``piece``. Raises BadFrame: short, overlong, length, checksum, or grammar."""
    data = unstuffed(piece)
    size = len(data) - 1
    if not 40 <= size <= LONGEST:
        raise BadFrame("short" if size < 40 else "overlong")
    declared, time_s, maintype = _HEADER.unpack_from(data)
    if declared != size:
        raise BadFrame("length")
    if sum8(data[:-1]) != data[-1]:
        raise BadFrame("checksum")
    if maintype not in MAINTYPES:
        raise BadFrame("grammar")
    return Record(maintype, time_s, data, _subrecords(data, size) if maintype == PHDB else [])


def _subrecords(data: bytes, size: int) -> list[tuple[int, int]]:
    """Types and positions of a PHDB record's subrecords. Raises BadFrame where one lies outside it."""
    described = _DESCRIPTORS.unpack_from(data, 16)
    found = []
    for offset, kind in zip(described[::2], described[1::2], strict=True):
        if kind == 0xFF:
            break
        if offset < 0 or 40 + offset + _SUBRECORD_BYTES.get(kind, 0) > size:
            raise BadFrame("grammar")
        found.append((kind, 40 + offset))
    return found
