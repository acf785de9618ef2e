"""P1: what our streaming decoders cost against unpacking the same records, and against declarative parsers.

The arms do not do the same work, so there are two floors. ``unpack`` is the bare floor: ``struct.iter_unpack`` over
records already cut, unstuffed and joined, its tuples thrown away. ``unpack + objects`` is the like for like: the same,
and one ``Numeric`` for each number that our driver makes of that record (about a dozen for GE, three for Masimo). Ours
finds the frames in the stream, unstuffs, checks length and sum (or grammar), judges validity and range, and tracks
alerts and cuff. ``construct`` cuts and unstuffs with ``bytes`` methods and parses header and groups declared here,
with neither sum, validity nor objects of ours. ``pynmea2`` cannot read a Masimo line: it parses, with its checksum,
an NMEA sentence that carries the same three numbers and serial.

The goal of 2.5x was set on frames of five bytes with one number each. A GE record is one C call to ``unpack`` and
about ten numbers to us, each judged: 2 us a number. So the bare ratio grows with what a record carries, and what is
worth watching here is that it does not grow from one version to the next.
"""

from __future__ import annotations

import operator
import random
import struct
from collections.abc import Callable, Iterator, Mapping
from functools import partial, reduce

import construct
import pynmea2

import drivers
import simulators
from drivers.core.measurement import Numeric, Validity
from simulators.readings import Cuff, Readings

from .ratio import Interval, at_most, pair
from .table import Row

S = 1_000_000_000
SECONDS = 40
BLOCK = 4
GOAL_UNPACK, GOAL_CONSTRUCT = 2.5, 5.0
GE_BODY = struct.Struct("<h4xI4xh24xI IHh6xh" + "IH4h" * 5 + "IHh" * 4 + "IH4h" * 2 + "126xHx")
MASIMO_LINE = struct.Struct("17s4x10s6x3s6x3s4x5s61x6s2x")

_GROUP = construct.Struct("status" / construct.Int32ul, "label" / construct.Int16ul, "values" / construct.Int16sl[4])
_TEMP = construct.Struct("status" / construct.Int32ul, "label" / construct.Int16ul, "temp" / construct.Int16sl)
GE_RECORD = construct.Struct(
    "length" / construct.Int16sl,
    "number" / construct.Int8ul,
    "level" / construct.Int8ul,
    construct.Padding(2),
    "time" / construct.Int32ul,
    construct.Padding(4),
    "maintype" / construct.Int16sl,
    "subrecords" / construct.Struct("offset" / construct.Int16sl, "kind" / construct.Int8ul)[8],
    "clock" / construct.Int32ul,
    "ecg_status" / construct.Int32ul,
    "ecg_label" / construct.Int16ul,
    "ecg" / construct.Int16sl[5],
    "pressures" / _GROUP[5],
    "temps" / _TEMP[4],
    "spo2" / _GROUP,
    "co2" / _GROUP,
    construct.Padding(126),
    "class" / construct.Int16ul,
)


def rows(quick: bool, rng: random.Random) -> Iterator[Row]:
    """The rows of P1."""
    rounds = 7 if quick else 40
    ge, masimo = _said("ge_dri"), _said("masimo_ascii")
    # 321 = a 40-byte header, one subrecord of class basic and the sum; AUX records are of another length
    bodies = [b for b in map(_unstuffed, b"".join(ge).split(b"\x7e")) if len(b) == GE_BODY.size]
    yield from _against("P1 GE", "ge_dri", ge, GE_BODY, bodies, {"construct": partial(_constructed, ge)}, rounds, rng)
    others = {"pynmea2": partial(_nmea, [_sentence(line) for line in masimo])}
    yield from _against("P1 Masimo", "masimo_ascii", masimo, MASIMO_LINE, masimo, others, rounds, rng)


def _against(
    title: str,
    name: str,
    chunks: list[bytes],
    shape: struct.Struct,
    bodies: list[bytes],
    others: Mapping[str, Callable[[], object]],
    rounds: int,
    rng: random.Random,
) -> Iterator[Row]:
    stream, joined = b"".join(chunks), b"".join(bodies)
    assert len(bodies) >= len(chunks) - 1 and len(joined) == len(bodies) * shape.size, "the arms do not see the same"
    driver = drivers.load(name).Driver()
    per = len(bodies)
    numbers = sum(isinstance(item, Numeric) for item in driver.receive(stream, 0)) / per
    arms: dict[str, Callable[[], object]] = {
        "ours": lambda: list(driver.receive(stream, 0)),
        "unpack": lambda: list(shape.iter_unpack(joined)),
        "unpack + objects": partial(_objects, shape, joined, round(numbers)),
        **others,
    }
    costs = pair(arms, "unpack", rounds, BLOCK, rng).cpu_us

    def against(floor: str) -> Interval:
        return pair({name: arms[name] for name in ("ours", floor)}, floor, rounds, BLOCK, rng).cpu["ours"]

    ours = f"{costs['ours'] / per:.1f} us a second's {len(stream) // per} B, {numbers:.1f} numbers"
    for floor, limit, goal in (
        ("unpack", GOAL_UNPACK, f"CPU <= {GOAL_UNPACK}x"),
        ("construct", 1 / GOAL_CONSTRUCT, f"CPU <= 1/{GOAL_CONSTRUCT:.0f}"),
    ):
        if floor in arms:
            ratio, met = at_most(limit, partial(against, floor))
            yield Row(title, ours, f"{floor} {costs[floor] / per:.2f} us", ratio, goal, met)
    for told in ("unpack + objects", "pynmea2"):
        if told in arms:
            yield Row(title, ours, f"{told} {costs[told] / per:.2f} us", against(told), "none: told")


def _said(name: str) -> list[bytes]:
    """What the simulated device says in ``SECONDS``, its numbers changing, asked as the driver asks."""
    device, driver = simulators.load(name).Device(seed=7), drivers.load(name).Driver()
    said = []
    for second in range(SECONDS):
        device.hear(driver.tick(second * S), float(second))
        said.append(device.say(float(second), _display(second)))
        list(driver.receive(said[-1], second * S))
    return said


def _display(second: int) -> Readings:
    at = float(second)
    cuff = Cuff(second // 30, 120.0, 70.0, 87.0, float(second // 30 * 30))
    return Readings(at, 60 + at, 61 + at, 97, 1.5, 12, 36, 0, 36.6, 120, 60, 80, cuff)


def _unstuffed(piece: bytes) -> bytes:
    return piece.replace(b"\x7d\x5e", b"\x7e").replace(b"\x7d\x5d", b"\x7d")


def _constructed(chunks: list[bytes]) -> int:
    pieces = [_unstuffed(piece) for piece in b"".join(chunks).split(b"\x7e")]
    return sum(GE_RECORD.parse(piece).length for piece in pieces if len(piece) == GE_BODY.size)


def _objects(shape: struct.Struct, joined: bytes, numbers: int) -> list[Numeric]:
    made: list[Numeric] = []
    for values in shape.iter_unpack(joined):
        for _ in range(numbers):
            made.append(Numeric("HR", values[0], "/min", Validity.VALID, None, 0, 0, "unpack"))
    return made


def _sentence(line: bytes) -> str:
    fields = MASIMO_LINE.unpack(line)
    body = "IIXDR," + ",".join(f"G,{field.decode().strip('%')},P,{n}" for n, field in enumerate(fields[1:5]))
    return f"${body}*{reduce(operator.xor, body.encode()):02X}"


def _nmea(sentences: list[str]) -> int:
    return sum(len(pynmea2.parse(sentence, check=True).data) for sentence in sentences)
