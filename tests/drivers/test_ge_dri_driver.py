"""GE DRI: the maker's frames byte for byte, a real theatre log row by row, and every flag."""

from __future__ import annotations

import csv
import struct

import pytest
from ge_records import CO2, ECG, FULL, NIBP, SPO2, T0, displ, fed, shown
from sample import S, capture, errors, numerics

from drivers.core.measurement import DeviceAlert, Numeric, Validity
from drivers.ge_dri import REQUESTS, Driver
from drivers.ge_dri.requests import STOP, request
from simulators.ge_dri import basic, frame, record, subrecord

# --- the maker's frames -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "interval", "classes", "tail"),
    [
        (1, 10, 0x0E, "01 0a 00 0e 00 00 00 00 00 49 7e"),
        (1, 0, 0, "01 00 00 00 00 00 00 00 00 31 7e"),
        (3, 60, 0x0E, "03 3c 00 0e 00 00 00 00 00 7d 5d 7e"),
        (3, 0, 0, "03 00 00 00 00 00 00 00 00 33 7e"),
        (1, 5, 0x0E, "01 05 00 0e 00 00 00 00 00 44 7e"),
    ],
)
def test_requests_are_the_makers_bytes(kind: int, interval: int, classes: int, tail: str) -> None:
    head = bytes([0x7E, 0x31, *[0] * 20, 0xFF, *[0] * 18])
    assert request(kind, interval, classes) == head + bytes.fromhex(tail)


def test_the_allow_list_is_five_frames() -> None:
    assert {request(1, 1), request(1, 5), request(4, 1), request(4, 5), request(1, 0)} == REQUESTS
    assert request(1, 0) == STOP


def test_the_worked_example_of_the_first_real_record() -> None:
    groups = {
        ECG: "4b 00 00 00 00 12 50 00 00 00 01 80 01 80 0f 00",
        NIBP: "03 00 00 00 0b 00 54 24 c0 12 f4 1a 01 80",
        SPO2: "03 00 00 00 00 00 c1 25 53 00 79 01 01 80",
        CO2: "07 01 00 00 09 00 e7 01 1a 00 0f 00 ae 1d",
        86: "00 00 00 00 0b 00 01 80",
        16: "00 00 00 00 01 00",
    }
    items = fed(displ(0, {at: bytes.fromhex(data) for at, data in groups.items()}))
    good, doubtful = Validity.VALID, Validity.QUESTIONABLE
    assert shown(items) == {
        "HR": (80, good),
        "PULSE_RATE": (83, good),
        "SPO2": (96.65, good),
        "RESP_RATE": (15, good),
        "ETCO2": (37.0023, good),
        "FICO2": (1.9755, good),
        "NIBP_SYS": (93, doubtful),
        "NIBP_DIA": (48, doubtful),
        "NIBP_MEAN": (69, doubtful),
    }
    assert not [item for item in items if not isinstance(item, Numeric)]


def test_the_theatre_log_row_by_row() -> None:
    log = capture("ge_dri/theatre_2018-07-26.bin").read_bytes()
    with capture("ge_dri/theatre_2018-07-26.expected.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["subrec_type"] == "1"]
    driver = Driver()
    items = [*driver.receive(log, None), *driver.finish(None)]
    assert (driver.stats.frames, driver.stats.errors) == (213, 1)
    assert [(e.reason, e.offset, e.length) for e in errors(items)] == [("cut", 172118, 1074)]
    assert driver.stats.bytes_skipped == 1074
    found: dict[str, list[Numeric]] = {}
    for item in numerics(items):
        found.setdefault(item.metric, []).append(item)
    columns = {"HR": "hr", "SPO2": "spo2_pct", "PULSE_RATE": "spo2_pr", "RESP_RATE": "co2_rr"}
    for n, row in enumerate(rows):
        for metric, column in columns.items():
            assert found[metric][n].value == float(row[column]), (n, metric)
        for metric, column in (("ETCO2", "etco2_pct"), ("FICO2", "fico2_pct")):
            pressure = float(row[column]) / 100 * float(row["amb_mmHg"])
            assert found[metric][n].value == pytest.approx(pressure, abs=1e-4), (n, metric)
    assert {len(found[metric]) for metric in ("HR", "SPO2", "PULSE_RATE", "RESP_RATE", "ETCO2")} == {len(rows)}
    readings = [(item.metric, item.value, item.determined_at) for item in numerics(items) if item.determination_id]
    assert readings == [("NIBP_SYS", 93.0, None), ("NIBP_DIA", 48.0, None), ("NIBP_MEAN", 69.0, None)]
    assert not [item for item in items if isinstance(item, DeviceAlert)]


# --- flags --------------------------------------------------------------------------------------------------------


def status(at: int, bits: int) -> dict[int, bytes]:
    return {at: struct.pack("<I", 3 | bits)}


@pytest.mark.parametrize(
    ("bits", "expected"),
    [
        (1 << 3, (80, Validity.VALID)),
        (9 << 3, (80, Validity.VALID)),
        (0, (80, Validity.QUESTIONABLE)),
        *((source << 3, (None, Validity.NOT_AVAILABLE)) for source in (2, 3, 4, 5, 6, 7, 8, 15)),
        (1 << 3 | 1 << 7, (80, Validity.QUESTIONABLE)),
        (1 << 3 | 1 << 8, (80, Validity.QUESTIONABLE)),
        *((1 << 3 | 1 << lead, (None, Validity.INVALID)) for lead in (11, 12, 13)),
    ],
)
def test_hr_is_of_the_ecg_only(bits: int, expected: tuple[float | None, Validity]) -> None:
    assert shown(fed(displ(0, status(ECG, bits))))["HR"] == expected


@pytest.mark.parametrize(
    ("at", "bits", "expected"),
    [
        (ECG, 1 << 3 | 1 << 2, ("asystole", "high", "HR")),
        (ECG, 1 << 3 | 1 << 12, ("sensor_off", "medium", "HR")),
        (CO2, 1 << 2, ("apnoea", "high", "RESP_RATE")),
        (CO2, 1 << 7 | 1 << 8, ("apnoea", "high", "RESP_RATE")),
        (CO2, 1 << 5, ("low_signal", "low", "ETCO2")),
        (CO2, 1 << 6, ("low_signal", "low", "ETCO2")),
    ],
)
def test_alerts_are_raised_once_and_end_once(at: int, bits: int, expected: tuple[str, str, str]) -> None:
    calm = displ(9, status(ECG, 1 << 3))
    flagged = displ(0, {**status(ECG, 1 << 3), **status(at, bits)})
    alerts = [i for i in fed(flagged, flagged, calm, calm) if isinstance(i, DeviceAlert)]
    assert [(a.kind, a.priority, a.metric, a.active) for a in alerts] == [(*expected, True), (*expected, False)]


def test_an_apnoea_flag_is_none_while_its_alarm_is_deactivated() -> None:
    assert not [i for i in fed(displ(0, status(CO2, 1 << 2 | 1 << 8))) if isinstance(i, DeviceAlert)]


@pytest.mark.parametrize(
    ("bits", "validity"),
    [
        (1 << 3, Validity.CALIBRATING),
        (1 << 4, Validity.CALIBRATING),
        (1 << 5, Validity.INVALID),
        (1 << 6, Validity.INVALID),
    ],
)
def test_gas_is_no_number_while_the_module_cannot_measure(bits: int, validity: Validity) -> None:
    found = shown(fed(displ(0, status(CO2, bits))))
    assert found["ETCO2"] == found["FICO2"] == (None, validity)


def test_gas_without_ambient_pressure_is_not_available() -> None:
    found = shown(fed(displ(0, {CO2 + 12: struct.pack("<h", -32767)})))
    assert found["ETCO2"] == found["FICO2"] == (None, Validity.NOT_AVAILABLE)


@pytest.mark.parametrize("sentinel", range(-32767, -32761))
def test_sentinels_are_not_available_and_rr_falls_back_to_impedance(sentinel: int) -> None:
    missing = struct.pack("<h", sentinel)
    found = shown(fed(displ(0, {SPO2 + 6: missing, CO2 + 10: missing, ECG + 14: struct.pack("<h", 17)})))
    assert found["SPO2"] == (None, Validity.NOT_AVAILABLE)
    assert found["RESP_RATE"] == (17, Validity.VALID)


@pytest.mark.parametrize(
    ("at", "metric"),
    [(ECG, "HR"), (SPO2, "SPO2"), (SPO2, "PULSE_RATE"), (CO2, "ETCO2"), (NIBP, "NIBP_SYS"), (86, "TEMP")],
)
def test_a_module_that_does_not_exist_says_nothing(at: int, metric: str) -> None:
    assert metric in shown(fed(displ(0)))
    assert metric not in shown(fed(displ(0, {at: b"\x02\0\0\0"})))


def test_an_implausible_value_is_invalid() -> None:
    found = shown(fed(displ(0, {ECG + 6: struct.pack("<h", 400), SPO2 + 6: struct.pack("<h", 10100)})))
    assert found["HR"] == found["SPO2"] == (None, Validity.INVALID)


def test_the_first_temperature_with_a_value_and_the_channel_called_art() -> None:
    other = {94: struct.pack("<IHh", 3, 12, 3710), 92: struct.pack("<h", -32767)}
    other |= {16: struct.pack("<IH4h", 3, 2, 900, 500, 700, 80), 44: struct.pack("<IH4h", 3, 1, 11000, 5000, 7000, 80)}
    found = shown(fed(displ(0, other)))
    assert found["TEMP"] == (37.1, Validity.VALID)
    assert [found[m][0] for m in ("ART_SYS", "ART_DIA", "ART_MEAN")] == [110, 50, 70]


def test_trends_and_other_classes_are_not_live() -> None:
    values = basic(FULL)
    for kind, number in ((2, 0), (3, 0), (1, 1), (1, 2), (1, 3)):
        assert fed(frame(record(1, T0, kind, [subrecord(number, T0, values)]))) == []


@pytest.mark.parametrize(("offset", "kind"), [(5, 1), (-1, 1), (300, 4), (32000, 1)])
def test_a_subrecord_outside_its_record_is_no_frame(offset: int, kind: int) -> None:
    whole = bytearray(record(1, T0, 1, [subrecord(0, T0, basic(FULL))]))
    struct.pack_into("<hB", whole, 16, offset, kind)
    assert [e.reason for e in errors(fed(frame(bytes(whole))))] == ["grammar"]


def test_a_device_time_of_zero_gives_way_to_the_records() -> None:
    data = record(1, T0 + 3, 1, [subrecord(0, 0, basic(FULL))])
    assert {i.determined_at for i in numerics(fed(frame(data))) if not i.metric.startswith("NIBP")} == {(T0 + 3) * S}
