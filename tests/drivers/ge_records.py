"""GE DRI records for tests, made with the simulator's encoder and then overwritten where a test wants."""

from __future__ import annotations

import struct

from sample import S, numerics

from drivers.core.measurement import Item, Validity
from drivers.ge_dri import Driver
from simulators.ge_dri import aux, basic, frame, record, subrecord
from simulators.readings import Cuff, Readings

T0 = 1_767_225_600
FULL = Readings(
    t_s=0, hr=80, pulse_rate=81, spo2=96, resp_rate=15, etco2=37, fico2=1, temp=36.6, art_sys=120, art_dia=60
)
ECG, NIBP, SPO2, CO2 = 0, 72, 118, 132  # group offsets in class basic


def displ(second: int, patches: dict[int, bytes] | None = None, shown: Readings = FULL) -> bytes:
    """A DISPL record of class basic with bytes overwritten at offsets of the 270."""
    values = bytearray(basic(shown))
    for at, data in (patches or {}).items():
        values[at : at + len(data)] = data
    return frame(record(1, T0 + second, 1, [subrecord(0, T0 + second, bytes(values))]))


def cuff(sys: float, dia: float, mean: float, label: int = 0) -> dict[int, bytes]:
    """The NIBP group with a reading in mmHg; ``label`` bits besides AUTO."""
    return {NIBP: struct.pack("<IH3h", 3, 0x0B | label, *(round(p * 100) for p in (sys, dia, mean)))}


BLANK = {NIBP: struct.pack("<IH3h", 3, 0x0B, -32767, -32767, -32767)}
MEASURING, OLD = 1 << 5, 1 << 8


def aux_at(second: int) -> bytes:
    return frame(record(2, T0 + second, 4, [aux(Cuff(1, 1, 1, 1, float(second)), T0)]))


def fed(*chunks: bytes) -> list[Item]:
    driver = Driver()
    return [item for chunk in chunks for item in driver.receive(chunk, 5)]


def shown(items: list[Item]) -> dict[str, tuple[float | None, Validity]]:
    return {item.metric: (item.value, item.validity) for item in numerics(items)}


def cuffs(items: list[Item]) -> list[tuple[object, ...]]:
    """(value of SYS, validity, determined second or None) of each NIBP_SYS."""
    return [
        (i.value, i.validity.value, None if i.determined_at is None else i.determined_at // S - T0)
        for i in numerics(items)
        if i.metric == "NIBP_SYS"
    ]
