"""The one table of metrics: screen, alarms, chart, print and exchange all read it.

Codes: MDC (IEEE 11073-10101) and LOINC as listed in the project's library notes; plausible ranges are the gates of
protocols.md 0.7 (outside them a value is charted as not valid, never as a number).
"""

from __future__ import annotations

import msgspec


class Metric(msgspec.Struct, frozen=True):
    """``plausible`` is an inclusive range in ``unit``; ``colour`` is a theme word, ``symbol`` marks it without hue."""

    name: str
    label: str
    unit: str
    unit_shown: str
    decimals: int
    plausible: tuple[float, float]
    mdc: int | None
    loinc: str | None
    colour: str
    symbol: str


_ROWS = (
    Metric("HR", "HR", "/min", "/min", 0, (15, 350), 147842, "8867-4", "ecg", "♥"),
    Metric("PULSE_RATE", "PR", "/min", "/min", 0, (15, 350), 149530, "8889-8", "pleth", "●"),
    Metric("SPO2", "SpO2", "%", "%", 0, (1, 100), 150456, "59408-5", "pleth", "○"),
    Metric("PERFUSION_INDEX", "PI", "%", "%", 2, (0, 30), None, None, "pleth", "◌"),
    Metric("NIBP_SYS", "NIBP sys", "mm[Hg]", "mmHg", 0, (30, 300), 150021, "8480-6", "nibp", "v"),
    Metric("NIBP_DIA", "NIBP dia", "mm[Hg]", "mmHg", 0, (10, 250), 150022, "8462-4", "nibp", "^"),
    Metric("NIBP_MEAN", "NIBP mean", "mm[Hg]", "mmHg", 0, (15, 270), 150023, "8478-0", "nibp", "-"),
    Metric("ART_SYS", "ART sys", "mm[Hg]", "mmHg", 0, (0, 320), 150033, "76215-3", "art", "v"),
    Metric("ART_DIA", "ART dia", "mm[Hg]", "mmHg", 0, (0, 320), 150034, "76213-8", "art", "^"),
    Metric("ART_MEAN", "ART mean", "mm[Hg]", "mmHg", 0, (0, 320), 150035, "76214-6", "art", "-"),
    Metric("RESP_RATE", "RR", "/min", "/min", 0, (0, 150), 151562, "9279-1", "resp", "o"),
    Metric("ETCO2", "EtCO2", "mm[Hg]", "mmHg", 0, (0, 150), None, "19889-5", "co2", "▲"),
    Metric("FICO2", "FiCO2", "mm[Hg]", "mmHg", 0, (0, 150), None, None, "co2", "△"),
    Metric("TEMP", "Temp", "Cel", "°C", 1, (20, 45), 150344, "8310-5", "temp", "t"),
    Metric("PUMP_RATE", "Pump", "mL/h", "mL/h", 1, (0, 1800), None, None, "pump", "►"),
    Metric("PUMP_VOLUME", "Infused", "mL", "mL", 1, (0, 100000), None, None, "pump", "Σ"),
)

METRICS: dict[str, Metric] = {row.name: row for row in _ROWS}
NIBP = ("NIBP_SYS", "NIBP_DIA", "NIBP_MEAN")


def plausible(metric: str, value: float) -> bool:
    """True where ``value`` can be a measurement of ``metric`` at all."""
    low, high = METRICS[metric].plausible
    return low <= value <= high
