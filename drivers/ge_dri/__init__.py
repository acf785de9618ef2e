"""GE / Datex-Ohmeda Record Interface (DRI) over the S/5 Computer Interface: asked once, then sends by itself.

Sources: GE 8005313 (DRI: records, groups, status bits) and GE M1017617 (Computer Interface: line, frame,
requests). What is asked stands in requests.py; what comes goes through record.py to basic.py for the numbers
and flags and to cuff.py for NIBP. Offsets were checked on real records (a public type field at 16 is wrong).
"""

from __future__ import annotations

from collections.abc import Iterator

from drivers.core.catalogue import METRICS
from drivers.core.driver import DriverInfo, LineSettings
from drivers.core.framing import DelimitedFramer
from drivers.core.measurement import DeviceAlert, FrameError, Item, Numeric
from drivers.ge_dri.basic import BASIC, EXISTS, NIBP_GROUP, Alert, Row, streams
from drivers.ge_dri.cuff import Cuff
from drivers.ge_dri.record import AUX, DISPL, LONGEST, PHDB, Record, parse_record
from drivers.ge_dri.requests import REQUESTS, STOP, Handshake

INFO = DriverInfo(
    name="ge_dri",
    maker="GE / Datex-Ohmeda",
    models="CARESCAPE B850/B650/B450, B40/B30/B20, B105/B125, S/5 AM/CAM/CCM/Compact, Cardiocap/5",
    line=LineSettings(19200, parity="E", hardware_handshake=True),
    metrics=frozenset(METRICS) - {"PERFUSION_INDEX", "PUMP_RATE", "PUMP_VOLUME"},
    period_s=1.0,
    stale_after_s=3.0,
    lost_after_s=5.0,
    integrity="sum8",
)

__all__ = ["INFO", "REQUESTS", "Driver"]


class Driver:
    """Records in, measurements out; see ``drivers.core.driver.Driver`` for the contract."""

    def __init__(self, source: str = "ge_dri") -> None:
        self._source = source
        self._framer = DelimitedFramer(b"\x7e", parse_record, longest=2 * (LONGEST + 1), opened=True)
        self._handshake = Handshake()
        self._cuff = Cuff(source)
        self._alerts: set[Alert] = set()
        self.stats = self._framer.stats

    def receive(self, data: bytes, at_ns: int | None) -> Iterator[Item]:
        """Items whose last byte is in ``data``; damaged records come as ``FrameError``, nothing is raised."""
        items: list[Item] = []
        for found in self._framer.feed(data):
            if isinstance(found, FrameError):
                items.append(found)
            elif found.maintype == PHDB:
                self._handshake.heard = True
                self._take(found, at_ns, items)
        return iter(items)

    @property
    def period_s(self) -> float:
        """1 s, or 5 s from a monitor that sends no faster."""
        return self._handshake.granted_s

    def finish(self, at_ns: int | None) -> Iterator[Item]:  # noqa: ARG002 - an error carries no time
        """End of input: half a record becomes one ``FrameError`` ``cut``."""
        return iter(self._framer.finish())

    def tick(self, now_ns: int) -> bytes:
        """The request due now: start DISPL until records come, then AUX once. All are in ``REQUESTS``."""
        return self._handshake.due(now_ns)

    def farewell(self) -> bytes:
        """Stop DISPL."""
        return STOP

    def reset(self) -> None:
        """The line was opened anew."""
        self._framer.reset()
        self._handshake.reset()
        self._cuff.reset()
        self._alerts = set()

    def _take(self, record: Record, at_ns: int | None, items: list[Item]) -> None:
        for kind, at in record.subrecords:
            if kind == AUX:
                self._cuff.heard_aux(int.from_bytes(record.data[at : at + 4], "little"))
        for kind, at in record.subrecords:
            if kind != DISPL or record.data[at + 277] & 0xF:  # cl_drilvl bits 8-11: 0 is class basic
                continue
            values = BASIC.unpack_from(record.data, at)
            time_s = values[0] or record.time_s
            rows, alerts = streams(values)
            for row in rows:
                items.append(self._numeric(row, None, time_s, at_ns))
            status, label, *pressures = values[NIBP_GROUP]
            reading = self._cuff.step(label, tuple(pressures[:3]), time_s) if status & EXISTS else None
            if reading is not None:
                for row in reading.rows:
                    items.append(self._numeric(row, reading.determination_id, reading.determined_at_s, at_ns))
            self._change(alerts, at_ns, items)

    def _numeric(self, row: Row, determination_id: str | None, time_s: int | None, at_ns: int | None) -> Numeric:
        metric, value, validity = row
        determined_at = None if time_s is None else time_s * 1_000_000_000
        unit = METRICS[metric].unit
        return Numeric(metric, value, unit, validity, determination_id, determined_at, at_ns, self._source)

    def _change(self, alerts: set[Alert], at_ns: int | None, items: list[Item]) -> None:
        for kind, text, priority, metric in sorted(alerts ^ self._alerts):
            active = (kind, text, priority, metric) in alerts
            items.append(DeviceAlert(kind, text, priority, metric, active, at_ns, self._source))
        self._alerts = alerts
