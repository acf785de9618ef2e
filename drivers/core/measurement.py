"""What a device says: the items that come out of every driver (contract 1, names from IEEE 11073-10207)."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Validity(StrEnum):
    """BICEPS MeasurementValidity. Questionable keeps its value; every other state but valid carries null."""

    VALID = "valid"
    QUESTIONABLE = "questionable"
    INVALID = "invalid"
    ONGOING = "ongoing"
    CALIBRATING = "calibrating"
    NOT_AVAILABLE = "not_available"

    @property
    def usable(self) -> bool:
        """True where a number stands behind it."""
        return self in USABLE


USABLE = (Validity.VALID, Validity.QUESTIONABLE)  # also for the words themselves, as a chart holds them


class Numeric(msgspec.Struct, frozen=True, gc=False):
    """One number as a device sent it.

    ``metric`` and ``unit`` (UCUM) are from ``drivers.core.catalogue``. ``value`` is None unless ``validity.usable``.
    ``determination_id`` is shared by the numerics of one cuff reading, else None. ``determined_at`` is the device's
    own time in ns since 1970 (its clock read as UTC, often wrong), None where it gives none; a cuff reading
    without one is questionable: so the chart knows that its age is unknown. ``received_at`` is the station's steady
    clock in ns as the link stamped it, None in a plain capture. ``source`` names the device.
    """

    metric: str
    value: float | None
    unit: str
    validity: Validity
    determination_id: str | None
    determined_at: int | None
    received_at: int | None
    source: str


class DeviceAlert(msgspec.Struct, frozen=True, gc=False):
    """A flag of the device's own: raised once when it appears (``active``) and once when it goes.

    ``kind`` is a word of ``AlertKind``; ``metric`` the parameter it concerns or "" for the whole device; ``text`` one
    plain phrase; ``priority`` is high, medium, low or none.
    """

    kind: str
    text: str
    priority: str
    metric: str
    active: bool
    received_at: int | None
    source: str


class AlertKind(StrEnum):
    """The words a driver may use in ``DeviceAlert.kind``."""

    SENSOR_OFF = "sensor_off"  # probe, lead or cannula off, missing, or defective
    LOW_SIGNAL = "low_signal"  # low perfusion, low signal quality, noise, artefact
    PULSE_SEARCH = "pulse_search"
    APNOEA = "apnoea"
    ASYSTOLE = "asystole"


class FrameError(msgspec.Struct, frozen=True, gc=False):
    """Bytes that were no valid frame: ``offset`` and ``length`` count bytes of the stream since the driver began."""

    reason: str
    offset: int
    length: int


Item = Numeric | DeviceAlert | FrameError
