"""Masimo ASCII 1: real lines of several models, every EXC bit, and a grammar that lets nothing half through."""

from __future__ import annotations

import pytest
from sample import S, capture, errors, numerics

from drivers.core.measurement import DeviceAlert, Item, Validity
from drivers.masimo_ascii import Driver

RAD8 = (
    "02/22/16 22:47:45 SN=0000056661 SPO2=098% BPM=097 PI=03.60% SPCO=--.-% SPMET=--.-% DESAT=-- "
    "PIDELTA=+-- ALARM=0000 EXC=000800"
)
OFF = (
    "05/20/21 14:06:02 SN=0000182948 SPO2=098% BPM=101 PI=--.--% SPCO=--.-% SPMET=--.-% DESAT=-- "
    "PIDELTA=+-- ALARM=0010 EXC=000824"
)
COLOUR = (
    "03/17/16 19:19:36 SN=---------- SPO2=098% BPM=123 PI=00.55 SPCO=--% SPMET=--.-% SPHB=--.- SPOC=-- "
    "RESVD=--- DESAT=-- PIDELTA=+-- PVI=--- ALARM=000000 EXC=0000C00 EXC1=00000000"
)
PULSE = "PULSE_RATE"


def fed(*lines: str) -> list[Item]:
    driver = Driver()
    return list(driver.receive("".join(line + "\r\n" for line in lines).encode(), 3))


def shown(items: list[Item]) -> dict[str, tuple[float | None, str]]:
    return {item.metric: (item.value, item.validity.value) for item in numerics(items)}


def test_the_rad8_line() -> None:
    items = fed(RAD8)
    assert shown(items) == {"SPO2": (98, "valid"), PULSE: (97, "valid"), "PERFUSION_INDEX": (3.6, "valid")}
    assert {item.determined_at for item in numerics(items)} == {1456181265 * S}
    assert len(items) == 3


def test_a_sensor_off_the_patient_takes_the_digits_away() -> None:
    items = fed(OFF)
    invalid = (None, "invalid")
    assert shown(items) == {"SPO2": invalid, PULSE: invalid, "PERFUSION_INDEX": invalid}
    alerts = {(a.kind, a.text, a.active) for a in items if isinstance(a, DeviceAlert)}
    assert alerts == {("sensor_off", "sensor off patient", True), ("low_signal", "low perfusion", True)}


def test_the_colour_radical_7_line_keeps_values_with_a_low_signal() -> None:
    items = fed(COLOUR)
    assert shown(items) == {"SPO2": (98, "valid"), PULSE: (123, "valid"), "PERFUSION_INDEX": (0.55, "valid")}
    assert [(a.kind, a.active) for a in items if isinstance(a, DeviceAlert)] == [("low_signal", True)]


def test_the_real_lines_of_four_models() -> None:
    driver = Driver()
    items = [*driver.receive(capture("masimo_ascii/model_variants.txt").read_bytes(), None), *driver.finish(None)]
    assert (driver.stats.frames, driver.stats.errors, driver.stats.bytes_skipped) == (4, 0, 0)
    spo2 = [(item.value, item.validity.value) for item in numerics(items) if item.metric == "SPO2"]
    assert spo2 == [(None, "invalid"), (None, "invalid"), (98, "valid"), (None, "not_available")]
    assert len([item for item in numerics(items) if item.metric == "PERFUSION_INDEX"]) == 2


@pytest.mark.parametrize(
    ("bits", "validity", "kind"),
    [
        *((bit, Validity.INVALID, "sensor_off") for bit in (0x001, 0x002, 0x020, 0x080)),
        (0x008, Validity.QUESTIONABLE, "pulse_search"),
        *((bit, Validity.VALID, "low_signal") for bit in (0x004, 0x400, 0x010, 0x040)),
        (0x028, Validity.INVALID, "sensor_off"),
    ],
)
def test_every_exception_bit(bits: int, validity: Validity, kind: str) -> None:
    items = fed(RAD8, RAD8.replace("000800", f"{0x800 | bits:06X}"), RAD8)
    assert {item.validity for item in numerics(items)[3:6]} == {validity}
    assert {item.value is None for item in numerics(items)[3:6]} == {validity is Validity.INVALID}
    alerts = [(a.kind, a.active) for a in items if isinstance(a, DeviceAlert)]
    assert alerts[0] == (kind, True) and (kind, False) in alerts


def test_the_second_bitmap_is_not_read() -> None:
    assert fed(COLOUR.replace("EXC1=00000000", "EXC1=FFFFFFFF")) == fed(COLOUR)


@pytest.mark.parametrize(
    ("digits", "metric"),
    [("SPO2=101%", "SPO2"), ("BPM=024", PULSE), ("BPM=241", PULSE), ("PI=99.99%", "PERFUSION_INDEX")],
)
def test_a_value_out_of_the_makers_range_is_invalid_alone(digits: str, metric: str) -> None:
    key = digits.split("=")[0]
    line = " ".join(digits if word.startswith(key + "=") else word for word in RAD8.split(" "))
    found = shown(fed(line))
    assert found.pop(metric) == (None, "invalid")
    assert {validity for _, validity in found.values()} == {"valid"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("02/22/16", "02/30/16"),
        ("02/22/16", "2/22/16"),
        ("22:47:45", "22:61:45"),
        ("SN=0000056661", "SN=000005666"),
        ("SN=0000056661 ", ""),
        ("SPO2=098%", "SPO2=98%"),
        ("SPO2=098%", "SPO2=098"),
        ("BPM=097", "BPM=0970"),
        ("BPM=097", "BPM=097%"),
        ("BPM=097", "BPM=097 BPM=098"),
        ("PI=03.60%", "PI=3.60%"),
        (" PI=", "PI="),
        ("ALARM=0000", "ALARM=00000"),
        ("EXC=000800", "EXC=00080"),
        ("EXC=000800", "EXC=00080G"),
        (" EXC=000800", ""),
        ("DESAT", "\x1b[31mDESAT"),
        ("DESAT", "DES\xc4T"),
    ],
)
def test_a_line_that_is_not_whole_gives_nothing(old: str, new: str) -> None:
    assert old in RAD8
    items = fed(RAD8.replace(old, new))
    assert [e.reason for e in errors(items)] == ["grammar"]
    assert len(items) == 1


def test_keys_nobody_has_told_us_of_are_let_through_unread() -> None:
    assert shown(fed(RAD8.replace("DESAT", "RRA=012 DESAT"))) == shown(fed(RAD8))


def test_a_model_without_a_perfusion_index_gives_none() -> None:
    assert "PERFUSION_INDEX" not in shown(fed(RAD8.replace(" PI=03.60%", "")))


def test_nul_and_blank_lines_and_a_bare_line_feed_are_no_damage() -> None:
    driver = Driver()
    stream = b"\x00\x00\r\n\r\n" + RAD8.encode() + b"\n\x00\n\r\n" + RAD8.encode() + b"\r\n\x00"
    assert len(numerics([*driver.receive(stream, None), *driver.finish(None)])) == 6
    assert (driver.stats.frames, driver.stats.errors, driver.stats.bytes_skipped) == (2, 0, 0)


@pytest.mark.parametrize("before", ["02/22/16 22:47:44 SN=0000056661 SPO2=0", "x" * 30, "y" * 3000])
def test_what_stands_before_a_whole_line_costs_that_line_nothing(before: str) -> None:
    items = fed(before + RAD8)
    assert len(errors(items)) == 1
    assert errors(items)[0].length == len(before)
    assert shown(items)["SPO2"] == (98, "valid")
