"""What a bedside device shows at one second, and the shapes that meet around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

MODULES = frozenset({"hr", "spo2", "nibp", "art", "co2", "resp", "temp"})


@dataclass(frozen=True, slots=True)
class Cuff:
    """One cuff determination: ``number`` counts up, pressures in mmHg, ``at_s`` the moment it was ready.

    A pressure the device did not find, or the playback file does not give, is None.
    """

    number: int
    sys: float | None
    dia: float | None
    mean: float | None
    at_s: float


@dataclass(frozen=True, slots=True)
class Readings:
    """The display at ``t_s`` seconds of the session. None = the device says "no reading".

    Rates in 1/min, pressures and gases in mmHg, ``spo2`` and ``perfusion_index`` in %, ``temp`` in Celsius.
    ``cuff`` is the determination on display, ``measuring`` that the cuff is inflating (the last one stays).
    ``modules`` are the parameters the device has at all, words of ``MODULES``.
    """

    t_s: float
    hr: float | None = None
    pulse_rate: float | None = None
    spo2: float | None = None
    perfusion_index: float | None = None
    resp_rate: float | None = None
    etco2: float | None = None
    fico2: float | None = None
    temp: float | None = None
    art_sys: float | None = None
    art_dia: float | None = None
    art_mean: float | None = None
    cuff: Cuff | None = None
    measuring: bool = False
    modules: frozenset[str] = MODULES
    probe_off: bool = False
    lead_off: bool = False
    low_signal: bool = False
    apnoea: bool = False


class Source(Protocol):
    """Where readings come from: a scenario's ``Bedside`` or a ``Playback``. Times are session seconds."""

    @property
    def start_s(self) -> float:
        """First second there is anything to say."""

    @property
    def end_s(self) -> float:
        """Last second; after it the device is switched off."""

    def readings(self, t_s: float, device: str = "") -> Readings | None:
        """What ``device`` shows at ``t_s``; None where its line is silent."""

    def line_fault(self, t_s: float, device: str = "") -> str:
        """The fault of the line itself at ``t_s`` (a word of ``faults.LINE_FAULTS``), "" for none."""


class Device(Protocol):
    """A device speaking its protocol: bytes in, bytes out. Its clock = ``clock_utc_s`` + ``now_s``."""

    name: str

    def __init__(self, seed: int = 0, clock_utc_s: int = 1767225600) -> None: ...

    def hear(self, data: bytes, now_s: float) -> None:
        """Bytes that arrived from the other side."""

    def say(self, now_s: float, readings: Readings | None) -> bytes:
        """Bytes due at ``now_s``, b"" for none. Called at every whole second and at least every 0.25 s.

        With ``readings`` None the device says nothing, and does not catch up later.
        """


class DeviceModule(Protocol):
    """What a file ``<maker>_<model>.py`` provides. ``SENDS`` are the playback columns the device can send."""

    SENDS: frozenset[str]
    PERIOD_S: float
    Device: type[Device]
