"""The oximeter's lines against the real ones quoted in the protocol page."""

from dataclasses import replace

import pytest

from simulators import masimo_ascii
from simulators.readings import Readings

READING = Readings(t_s=0, spo2=98, pulse_rate=97, perfusion_index=3.6)
CLOCK = 1_456_181_265  # 02/22/16 22:47:45


def test_a_real_line() -> None:
    device = masimo_ascii.Device(seed=16661, clock_utc_s=CLOCK)
    assert device.say(0.0, READING) == (
        b"02/22/16 22:47:45 SN=0000046661 SPO2=098% BPM=097 PI=03.60% SPCO=--.-% SPMET=--.-% DESAT=-- "
        b"PIDELTA=+-- ALARM=0000 EXC=000800\r\n"
    )


def test_one_line_a_second_and_no_line_in_silence() -> None:
    device = masimo_ascii.Device(clock_utc_s=CLOCK)
    device.hear(b"anything", 0.0)
    said = [device.say(turn / 4, None if 8 <= turn < 12 else READING) for turn in range(20)]
    assert [turn for turn, line in enumerate(said) if line] == [0, 4, 12, 16]
    assert said[16][:17] == b"02/22/16 22:47:49"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"spo2": None}, "SPO2=---% BPM=097 PI=03.60%"),
        ({"pulse_rate": None}, "SPO2=098% BPM=--- PI=03.60%"),
        ({"perfusion_index": None}, "BPM=097 PI=--.--% SPCO"),
        ({"spo2": 100, "pulse_rate": 101.5}, "SPO2=100% BPM=102"),
        ({"perfusion_index": 12.345}, "PI=12.3"),
        ({"perfusion_index": 250.0}, "PI=99.99%"),
        ({"spo2": 1e9, "pulse_rate": -4.0}, "SPO2=999% BPM=000"),
        ({"probe_off": True}, "EXC=000820"),
        ({"low_signal": True}, "EXC=000C00"),
        ({"modules": frozenset({"hr"})}, "EXC=000001"),
    ],
)
def test_fields(change: dict[str, object], text: str) -> None:
    assert text in masimo_ascii.fields(replace(READING, **change))  # type: ignore[arg-type]
