"""Class basic of a DISPL subrecord: every live number of the monitor and its flags (GE 8005313)."""

from __future__ import annotations

import struct

from drivers.core.catalogue import plausible
from drivers.core.measurement import AlertKind, Validity

# time; then each group's status and label before its values: ECG hr, (st1-3), imp_rr; P1-P4 and NIBP sys,
# dia, mean, hr; T1-T4 temp; SpO2 SpO2, pr, ir_amp, -; CO2 et, fi, rr, amb_press; cl_drilvl @276
BASIC = struct.Struct("<I IHh6xh" + "IH4h" * 5 + "IHh" * 4 + "IH4h" * 2 + "126xH")
_PRESSURES = (slice(5, 11), slice(11, 17), slice(17, 23), slice(23, 29))
NIBP_GROUP = slice(29, 35)
_TEMPS = range(35, 47, 3)
MISSING_BELOW = -32000  # -32767 invalid ... -32762 not calibrated: none of them is a number
_ART_LABEL = 1
EXISTS = 1  # status bit 0 of every group

# ECG status: where the HR came from. A pulse of pleth (6) or a pressure line (2-5) is a number, but no HR
_HR_SOURCE = {0: Validity.QUESTIONABLE, 1: Validity.VALID, 9: Validity.VALID}
_HR_NOISY = 1 << 7 | 1 << 8
_LEAD_OFF = 0b111 << 11
_CO2_CALIBRATING = 1 << 3 | 1 << 4
_CO2_BLOCKED = 1 << 5 | 1 << 6
_AMBIENT_MMHG = (300, 900)  # outside it no EtCO2 can be told from a percentage

Row = tuple[str, float | None, Validity]
Alert = tuple[AlertKind, str, str, str]  # kind, text, priority, metric
_ASYSTOLE: Alert = (AlertKind.ASYSTOLE, "asystole", "high", "HR")
_ECG_LEAD: Alert = (AlertKind.SENSOR_OFF, "ECG lead off", "medium", "HR")
_APNOEA: Alert = (AlertKind.APNOEA, "apnoea", "high", "RESP_RATE")
_OCCLUSION: Alert = (AlertKind.LOW_SIGNAL, "CO2 sampling line occluded", "low", "ETCO2")
_AIR_LEAK: Alert = (AlertKind.LOW_SIGNAL, "CO2 sampling line leaks air", "low", "ETCO2")


def row_of(metric: str, raw: int, counts: int = 1) -> Row:
    """``raw`` in ``counts`` to the unit; sentinels and implausible numbers carry no value."""
    if raw < MISSING_BELOW:
        return metric, None, Validity.NOT_AVAILABLE
    value = round(raw / counts, 4)
    return (metric, value, Validity.VALID) if plausible(metric, value) else (metric, None, Validity.INVALID)


def _heart(status: int, hr: int) -> Row:
    row = row_of("HR", hr)
    if status & _LEAD_OFF:
        return "HR", None, Validity.INVALID
    if row[1] is None:
        return row
    validity = _HR_SOURCE.get(status >> 3 & 0xF, Validity.NOT_AVAILABLE)
    if validity is Validity.NOT_AVAILABLE:
        return "HR", None, validity
    return "HR", row[1], Validity.QUESTIONABLE if status & _HR_NOISY else validity


def _gas(metric: str, status: int, raw: int, ambient: int) -> Row:
    """``raw`` 1/100 % of ``ambient`` 1/10 mmHg, as mmHg (GE 8005313, CO2 group)."""
    if status & _CO2_CALIBRATING:
        return metric, None, Validity.CALIBRATING
    if status & _CO2_BLOCKED:
        return metric, None, Validity.INVALID
    low, high = _AMBIENT_MMHG
    if not low <= ambient / 10 <= high:
        return metric, None, Validity.NOT_AVAILABLE
    return row_of(metric, raw) if raw < MISSING_BELOW else row_of(metric, raw * ambient, 100_000)


def streams(values: tuple[int, ...]) -> tuple[list[Row], set[Alert]]:
    """Rows and alerts of every group whose module exists, all but NIBP."""
    rows: list[Row] = []
    alerts: set[Alert] = set()
    ecg, _, hr, imp_rr = values[1:5]
    spo2_status, _, spo2, pulse, _, _ = values[47:53]
    co2, _, et, fi, rr, ambient = values[53:59]
    if ecg & EXISTS:
        rows.append(_heart(ecg, hr))
        alerts |= {alert for bits, alert in ((1 << 2, _ASYSTOLE), (_LEAD_OFF, _ECG_LEAD)) if ecg & bits}
    if spo2_status & EXISTS:
        rows += row_of("PULSE_RATE", pulse), row_of("SPO2", spo2, 100)
    breaths = imp_rr if ecg & EXISTS and not (co2 & EXISTS and rr >= MISSING_BELOW) else rr
    if (co2 | ecg) & EXISTS:
        rows.append(row_of("RESP_RATE", breaths))
    if co2 & EXISTS:
        rows += _gas("ETCO2", co2, et, ambient), _gas("FICO2", co2, fi, ambient)
        alerts |= {alert for bits, alert in ((1 << 5, _OCCLUSION), (1 << 6, _AIR_LEAK)) if co2 & bits}
        # bit 8: the apnoea alarm was deactivated at the monitor, bit 2 then stands for nothing
        if (co2 & 1 << 2 and not co2 & 1 << 8) or co2 & 1 << 7:
            alerts.add(_APNOEA)
    temps = [values[at + 2] for at in _TEMPS if values[at] & EXISTS]
    if temps:
        rows.append(row_of("TEMP", next((t for t in temps if t >= MISSING_BELOW), temps[0]), 100))
    for status, label, *pressures in (values[at] for at in _PRESSURES):
        if status & EXISTS and label == _ART_LABEL:
            rows += (row_of(m, p, 100) for m, p in zip(("ART_SYS", "ART_DIA", "ART_MEAN"), pressures, strict=False))
            break
    return rows, alerts
