"""GE / Datex-Ohmeda Record Interface over the S/5 Computer Interface: asked once, then it sends by itself.

Source: protocols.md 2 (maker's DRI and Computer Interface manuals; offsets proven on real records). Integers
are little-endian. Nothing is sent before a request; AUX only where it is asked for.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from functools import cache

from simulators.readings import Cuff, Readings

SENDS = frozenset(
    {"hr", "pulse_rate", "spo2", "resp_rate", "etco2", "temp"}
    | {f"{line}_{part}" for line in ("nibp", "art") for part in ("sys", "dia", "mean")}
)
PERIOD_S = 1.0

# 769.2 mmHg (1025 hPa): a whole mmHg of CO2 is then 13.00 counts of 1/100 %, so whole numbers survive
AMBIENT_MMHG = 769.2
OLD_CUFF_S = 60.0  # label bit 8
_INVALID, _UNDER_RANGE, _OVER_RANGE = -32767, -32764, -32763
_FLAG, _ESCAPE, _LONGEST = 0x7E, 0x7D, 1490
_LEVEL = 10  # DRI level of 2009, as the recorded monitor
_DISPL, _TREND_10_S, _TREND_60_S, _AUX = 1, 2, 3, 4
_SHORTEST_S = {_DISPL: 1, _TREND_10_S: 10, _TREND_60_S: 60, _AUX: 1}
_DENY_BASIC = 1
_EXTENSIONS = {1: 2, 2: 4, 3: 8}  # class -> bit of the request
_SINGLE_REST_S = 5.0  # a second request for one record within this is ignored

# Where the words of classes 1-3 stand that say "no value" on a monitor without their modules: (offset, words)
_SENTINELS = {
    1: ((6, 3), (54, 1), (58, 10), (84, 4), (98, 4), (112, 4)),
    2: ((6, 5), (30, 33), (102, 4), (236, 1)),
    3: ((6, 4), (20, 13), (66, 2), (76, 8), (122, 2), (132, 1)),
}


@dataclass(slots=True)
class _Subscription:
    """A request being served: next record at ``due_s``, then every ``every_s`` (0: one record only)."""

    every_s: float
    class_bits: int
    due_s: float


class Device:
    """A monitor of the CARESCAPE Bx50 kind; ``seed`` starts the record numbers, ``clock_utc_s`` its clock."""

    name = "ge_dri"

    def __init__(self, seed: int = 0, clock_utc_s: int = 1767225600) -> None:
        self._clock_utc_s = clock_utc_s
        self._number = seed % 256
        self._heard = bytearray()
        self._serving: dict[int, _Subscription] = {}
        self._single_s: dict[int, float] = {}

    def hear(self, data: bytes, now_s: float) -> None:
        """Requests, several or split anywhere; what is damaged or unknown is ignored as the monitor does."""
        for byte in data:
            if byte != _FLAG:
                if len(self._heard) <= 2 * _LONGEST:  # an endless frame is kept too long to be valid, no longer
                    self._heard.append(byte)
                continue
            request = unframe(bytes(self._heard))
            self._heard.clear()
            if request is not None and len(request) >= 49 and request[14:16] == b"\0\0":
                self._serve(*struct.unpack_from("<BhI", request, 40), now_s=now_s)

    def _serve(self, kind: int, interval: int, class_bits: int, *, now_s: float) -> None:
        """Take up one request for PHDB records of ``kind`` (protocols.md 2.3)."""
        if kind not in _SHORTEST_S or interval < -1:
            return
        if kind in (_TREND_10_S, _TREND_60_S) and _DISPL not in self._serving:
            return
        if interval == 0:
            for stopped in (kind, _TREND_10_S, _TREND_60_S) if kind == _DISPL else (kind,):
                self._serving.pop(stopped, None)
            return
        if interval == -1:
            last_s = self._single_s.get(kind)
            if kind in self._serving or (last_s is not None and now_s - last_s < _SINGLE_REST_S):
                return
            self._single_s[kind] = now_s
        every_s = 0 if interval == -1 else max(interval, _SHORTEST_S[kind])
        self._serving[kind] = _Subscription(every_s, class_bits, due_s=math.ceil(now_s))

    def say(self, now_s: float, readings: Readings | None) -> bytes:
        """Records due at ``now_s``, AUX first. Silence moves what was due to its next turn."""
        said = b""
        for kind in (_AUX, _DISPL, _TREND_10_S, _TREND_60_S):
            wanted = self._serving.get(kind)
            if wanted is None or wanted.due_s > now_s:
                continue
            if wanted.every_s:
                wanted.due_s += wanted.every_s * (1 + (now_s - wanted.due_s) // wanted.every_s)
            else:
                del self._serving[kind]
            if readings is not None:
                said += self._record(kind, wanted.class_bits, math.floor(now_s), readings)
        return said

    def _record(self, kind: int, class_bits: int, second: int, readings: Readings) -> bytes:
        """One framed PHDB record, b"" where the request denies every class."""
        clock = self._clock_utc_s + second
        if kind == _AUX:
            subrecords = [aux(readings.cuff, self._clock_utc_s)]
        else:
            classes = [] if class_bits & _DENY_BASIC else [subrecord(0, clock, basic(readings))]
            classes += [subrecord(n, clock, extension(n)) for n, bit in _EXTENSIONS.items() if class_bits & bit]
            subrecords = classes
        if not subrecords:
            return b""
        number, self._number = self._number, (self._number + 1) % 256
        return frame(record(number, clock, kind, subrecords))


# --- frames and records ---------------------------------------------------------------------------


def frame(body: bytes) -> bytes:
    """``body`` with its sum, stuffed, between flags."""
    stuffed = body + bytes([sum(body) % 256])
    for byte in (_ESCAPE, _FLAG):  # the escape first, or its own escapes would be stuffed again
        stuffed = stuffed.replace(bytes([byte]), bytes([_ESCAPE, byte & ~0x20]))
    return bytes([_FLAG]) + stuffed + bytes([_FLAG])


def unframe(stuffed: bytes) -> bytes | None:
    """The record between two flags, or None where escape, sum or declared length do not hold."""
    plain, escaped = bytearray(), False
    for byte in stuffed:
        if byte == _ESCAPE and not escaped:
            escaped = True
            continue
        plain.append(byte | 0x20 if escaped else byte)
        escaped = False
    if escaped or not 41 <= len(plain) <= _LONGEST:
        return None
    body, sent_sum = bytes(plain[:-1]), plain[-1]
    whole = sum(body) % 256 == sent_sum and int.from_bytes(body[:2], "little", signed=True) == len(body)
    return body if whole else None


def record(number: int, clock: int, kind: int, subrecords: list[bytes]) -> bytes:
    """A PHDB record (maintype 0): 40-byte header with the list of ``subrecords``, all of one ``kind``."""
    offsets = b""
    offset = 0
    for part in subrecords:
        offsets += struct.pack("<hB", offset, kind)
        offset += len(part)
    if len(subrecords) < 8:
        offsets += struct.pack("<hB", 0, 0xFF)
    head = struct.pack("<hBBHIB3xh", 40 + offset, number, _LEVEL, 0, clock, 0, 0)
    return head + offsets.ljust(24, b"\0") + b"".join(subrecords)


def subrecord(number: int, clock: int, values: bytes) -> bytes:
    """278 bytes: time, 270 bytes of class ``number``, marker, level word with the class in bits 8-11."""
    return struct.pack("<I270sBBH", clock, values, 0, 0, 0x00A1 | number << 8)


def aux(cuff: Cuff | None, clock_utc_s: int) -> bytes:
    """114 bytes: clock time of the cuff reading on display (0: none), no cardiac output, no body surface."""
    nibp_time = 0 if cuff is None else clock_utc_s + math.floor(cuff.at_s)
    return struct.pack("<IhIIh98x", nibp_time, 0, 0, 0, _INVALID)


def extension(number: int) -> bytes:
    """Class ``number`` (1-3) of a monitor that has none of its modules: status 0, every value missing."""
    values = bytearray(270)
    for offset, words in _SENTINELS[number]:
        struct.pack_into(f"<{words}h", values, offset, *[_INVALID] * words)
    return bytes(values)


# --- class basic ----------------------------------------------------------------------------------


def basic(r: Readings) -> bytes:
    """The 270 bytes of class basic for a display."""
    has = r.modules
    # without ECG the impedance RR goes where the CO2 module's RR stands: an ECG group would claim an HR
    in_co2 = "co2" in has or ("resp" in has and "hr" not in has)
    rr_source = 1 if "co2" in has else 2
    heart = None if r.lead_off else r.hr
    impedance = r.resp_rate if "resp" in has else None
    gas = AMBIENT_MMHG / 10_000  # mmHg in one count of 1/100 %
    old = r.cuff is not None and r.t_s - r.cuff.at_s > OLD_CUFF_S
    cuff = (None, None, None) if r.cuff is None else (r.cuff.sys, r.cuff.dia, r.cuff.mean)
    groups: list[tuple[int, bool, int, int, list[int | None]]] = [
        (0, "hr" in has, 0x48 | r.lead_off << 11, 0x1200, [_n(heart), 0, None, None, _n(impedance)]),
        (16, "art" in has, 0, 1, [_n(r.art_sys, 0.01), _n(r.art_dia, 0.01), _n(r.art_mean, 0.01), None]),
        (72, "nibp" in has, 0, 0x0B | r.measuring << 5 | old << 8, [*(_n(v, 0.01) for v in cuff), None]),
        (86, "temp" in has, 0, 11, [_n(r.temp, 0.01)]),
        (118, "spo2" in has, 0, 0, [_n(r.spo2, 0.01), _n(r.pulse_rate), _n(r.perfusion_index, 0.01), None]),
        (
            132,
            in_co2,
            r.apnoea << 2,
            8 | rr_source,
            [_n(r.etco2, gas), _n(r.fico2, gas), _n(r.resp_rate if in_co2 else None), _n(AMBIENT_MMHG, 0.1)],
        ),
    ]
    values = bytearray(_without_modules())
    for at, present, status, label, words in groups:
        shown = words if present else [None] * len(words)
        packed = group(0x3 | status if present else 0, label, *shown)
        values[at : at + len(packed)] = packed
    return bytes(values)


# Groups whose modules this monitor lacks, as (offset, label, words): P2-P4, T2-T4, O2, N2O, agents, flow and
# volume, cardiac output, NMT, SvO2, P5, P6
_NO_MODULE = (
    *((30, 2, 4), (44, 0, 4), (58, 3, 4), (94, 12, 1), (102, 13, 1), (110, 14, 1)),
    *((146, 0, 2), (156, 0, 2), (166, 0, 3), (178, 0, 8), (200, 0, 4), (214, 0, 6), (232, 0, 1)),
    *((240, 13, 4), (254, 14, 4)),
)


@cache
def _without_modules() -> bytes:
    """Class basic with only the groups of ``_NO_MODULE`` filled in."""
    values = bytearray(270)
    for at, label, words in _NO_MODULE:
        packed = group(0, label, *[None] * words)
        values[at : at + len(packed)] = packed
    return bytes(values)


def group(status: int, label: int, *values: int | None) -> bytes:
    """u32 status, u16 label, then the values as counts (None: invalid)."""
    return struct.pack(f"<IH{len(values)}h", status, label, *(_INVALID if v is None else v for v in values))


def _n(value: float | None, unit: float = 1.0) -> int | None:
    """``value`` in counts of ``unit``, halves up; range sentinels where 16 bits end."""
    if value is None:
        return None
    counts = value / unit
    if abs(counts) > 32_000:
        return _OVER_RANGE if counts > 0 else _UNDER_RANGE
    return math.floor(counts + 0.5)
