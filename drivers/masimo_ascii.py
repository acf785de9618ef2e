"""Masimo ASCII 1 (Rad-8, Radical-7 docked, Rad-87): one line a second, pushed; there is nothing to ask for.

Source: Masimo Rad-8 operator's manual, serial section, and real lines of four models. There is no checksum,
so the grammar is the only guard: every key must have the width its row below gives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from drivers.core.catalogue import METRICS, plausible
from drivers.core.driver import DriverInfo, LineSettings
from drivers.core.framing import BadFrame, DelimitedFramer
from drivers.core.measurement import AlertKind, DeviceAlert, FrameError, Item, Numeric, Validity

INFO = DriverInfo(
    name="masimo_ascii",
    maker="Masimo",
    models="Rad-8 (set SEr = AS1), Radical-7 on its docking station, Rad-87",
    line=LineSettings(9600),
    metrics=frozenset({"SPO2", "PULSE_RATE", "PERFUSION_INDEX"}),
    period_s=1.0,
    stale_after_s=3.0,
    lost_after_s=5.0,
    integrity="grammar",
)
REQUESTS: frozenset[bytes] = frozenset()

_LONGEST = 400  # twice the widest line seen, all rainbow options present
_STAMP = re.compile(r"(\d\d)/(\d\d)/(\d\d) (\d\d):(\d\d):(\d\d) (?=SN=)")
_BEGINNING = re.compile(rb"\d\d/\d\d/\d\d \d\d:\d\d:\d\d SN=")
_PAIR = re.compile(r"([A-Z][A-Z0-9]*)=(\S+)")
_OPTION = r"[+-]?(--|\d\d|---|\d{3})(\.[-\d]{1,2})?%?"  # rainbow options and deltas: nothing of them is charted

# Every known key and the one shape its value has. Keys not listed are let through unread.
_SHAPES = {
    key: re.compile(shape)
    for key, shape in {
        "SN": r"\d{10}|-{10}",
        "SPO2": r"(\d{3}|---)%",
        "BPM": r"\d{3}|---%?",
        "PI": r"(\d\d\.\d\d|--\.--)%?",
        **dict.fromkeys(("SPCO", "SPMET", "SPHB", "SPOC", "PVI", "RESVD", "DESAT", "PIDELTA"), _OPTION),
        "ALARM": r"[0-9A-F]{4}|[0-9A-F]{6}",
        "EXC": r"[0-9A-F]{6,7}",
        "EXC1": r"[0-9A-F]{8}",
    }.items()
}
_REQUIRED = frozenset({"SN", "SPO2", "BPM", "EXC"})

# Which key is which metric, and where beyond the catalogue's range the maker says it cannot be
_METRICS = {"SPO2": ("SPO2", 0, 100), "BPM": ("PULSE_RATE", 25, 240), "PI": ("PERFUSION_INDEX", 0, 30)}


class _Exception(NamedTuple):
    """One bit of EXC: what it does to the numbers, and the alert it raises."""

    bit: int
    validity: Validity
    kind: AlertKind
    text: str
    priority: str


_EXCEPTIONS = (
    _Exception(0x001, Validity.INVALID, AlertKind.SENSOR_OFF, "no sensor", "medium"),
    _Exception(0x002, Validity.INVALID, AlertKind.SENSOR_OFF, "defective sensor", "medium"),
    _Exception(0x020, Validity.INVALID, AlertKind.SENSOR_OFF, "sensor off patient", "medium"),
    _Exception(0x080, Validity.INVALID, AlertKind.SENSOR_OFF, "unrecognised sensor", "medium"),
    _Exception(0x008, Validity.QUESTIONABLE, AlertKind.PULSE_SEARCH, "pulse search", "low"),
    _Exception(0x004, Validity.VALID, AlertKind.LOW_SIGNAL, "low perfusion", "low"),
    _Exception(0x400, Validity.VALID, AlertKind.LOW_SIGNAL, "low signal IQ", "low"),
    _Exception(0x010, Validity.VALID, AlertKind.LOW_SIGNAL, "interference", "low"),
    _Exception(0x040, Validity.VALID, AlertKind.LOW_SIGNAL, "too much ambient light", "low"),
)
_WORST_FIRST = (Validity.INVALID, Validity.QUESTIONABLE, Validity.VALID)


class _Line(NamedTuple):
    """A line that passed the grammar: its keys and the device's clock, read as UTC."""

    determined_at: int
    values: dict[str, str]


def _parse(piece: bytes) -> _Line:
    try:
        text = piece.decode("ascii")
    except UnicodeDecodeError:
        raise BadFrame("grammar") from None
    stamp = _STAMP.match(text)
    if stamp is None:
        raise BadFrame("grammar")
    values: dict[str, str] = {}
    for word in text[stamp.end() :].split(" "):
        pair = _PAIR.fullmatch(word)
        if pair is None or pair[1] in values or not _shape_fits(pair[1], pair[2]):
            raise BadFrame("grammar")
        values[pair[1]] = pair[2]
    if not values.keys() >= _REQUIRED:
        raise BadFrame("grammar")
    month, day, year, hour, minute, second = (int(part) for part in stamp.groups())
    try:
        clock = datetime(2000 + year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise BadFrame("grammar") from None
    return _Line(int(clock.timestamp()) * 1_000_000_000, values)


def _resume(piece: bytes) -> int:
    """Where the last whole-looking line in ``piece`` begins: noise or a cut line may stand before it."""
    return max((found.start() for found in _BEGINNING.finditer(piece)), default=0)


def _shape_fits(key: str, value: str) -> bool:
    shape = _SHAPES.get(key)
    return shape is None or shape.fullmatch(value) is not None


class Driver:
    """Lines in, measurements out; see ``drivers.core.driver.Driver`` for the contract."""

    def __init__(self, source: str = "masimo_ascii") -> None:
        self._source = source
        self._framer = DelimitedFramer(b"\n", _parse, longest=_LONGEST, blank=b"\x00\r ", resume=_resume)
        self._raised: tuple[_Exception, ...] = ()
        self.stats = self._framer.stats

    def receive(self, data: bytes, at_ns: int | None) -> Iterator[Item]:
        """Items whose last byte is in ``data``; damaged lines come as ``FrameError``, nothing is raised."""
        items: list[Item] = []
        for found in self._framer.feed(data):
            if isinstance(found, FrameError):
                items.append(found)
            else:
                items += self._items(found, at_ns)
        return iter(items)

    @property
    def period_s(self) -> float:
        """A line each second."""
        return INFO.period_s

    def finish(self, at_ns: int | None) -> Iterator[Item]:  # noqa: ARG002 - an error carries no time
        """End of input: a line without its end becomes one ``FrameError`` ``cut``."""
        return iter(self._framer.finish())

    def tick(self, now_ns: int) -> bytes:  # noqa: ARG002 - nothing is ever due
        """Nothing: the oximeter speaks by itself."""
        return b""

    def farewell(self) -> bytes:
        """Nothing: the oximeter takes no requests."""
        return b""

    def reset(self) -> None:
        """The line was opened anew."""
        self._framer.reset()
        self._raised = ()

    def _items(self, line: _Line, at_ns: int | None) -> Iterator[Item]:
        bits = int(line.values["EXC"], 16)
        now = tuple(row for row in _EXCEPTIONS if bits & row.bit)
        trust = min((row.validity for row in now), key=_WORST_FIRST.index, default=Validity.VALID)
        for key, (metric, low, high) in _METRICS.items():
            if key in line.values:
                value, validity = _reading(metric, line.values[key].rstrip("%"), low, high, trust)
                unit, at = METRICS[metric].unit, line.determined_at
                yield Numeric(metric, value, unit, validity, None, at, at_ns, self._source)
        for row in _EXCEPTIONS:
            if (row in now) != (row in self._raised):
                kind, text, active = row.kind, row.text, row in now
                yield DeviceAlert(kind, text, row.priority, "SPO2", active, at_ns, self._source)
        self._raised = now


def _reading(metric: str, digits: str, low: float, high: float, trust: Validity) -> tuple[float | None, Validity]:
    """The number behind ``digits`` as far as the exceptions (``trust``) and the ranges let it stand."""
    if trust is Validity.INVALID:
        return None, trust
    if "-" in digits:
        return None, Validity.NOT_AVAILABLE
    value = float(digits)
    if not (low <= value <= high and plausible(metric, value)):
        return None, Validity.INVALID
    return value, trust
