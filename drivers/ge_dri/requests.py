"""Everything this driver can send, and when (GE 8005313, transmission request; GE M1017617 for the frame)."""

from __future__ import annotations

import struct

from drivers.core.framing import sum8

DISPL, AUX = 1, 4  # rcrd_type: displayed values; auxiliary information with the cuff's own time
_S = 1_000_000_000
_REQUEST = struct.Struct("<hBBHIB3xh hB hB 18x BhIh")


def request(rcrd_type: int, interval_s: int, class_bits: int = 0) -> bytes:
    """Framed transmission request; ``interval_s`` 0 stops, ``class_bits`` 0 is basic only, 0x0E all."""
    record = _REQUEST.pack(49, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, rcrd_type, interval_s, class_bits, 0)
    body = record + bytes((sum8(record),))
    return b"\x7e" + body.replace(b"\x7d", b"\x7d\x5d").replace(b"\x7e", b"\x7d\x5e") + b"\x7e"


_INTERVALS_S = (1, 5)  # 1 s works in the field, 5 s is the least the manual promises
_START = {s: request(DISPL, s) for s in _INTERVALS_S}
_START_AUX = {s: request(AUX, s) for s in _INTERVALS_S}
STOP = request(DISPL, 0)
REQUESTS = frozenset({*_START.values(), *_START_AUX.values(), STOP})


_PROBE_S = 10
_PROBE_RECORDS = 5  # that many within the probe, and the monitor does send each second


class Handshake:
    """When to ask for what.

    Silence is answered with another request, from the third on at the slow interval. Once records come at that, the
    fast one is tried again, once a line: what was silent may have been a cable, and a slow stream hides a fall. A
    stream that stops soon after AUX was asked for is never asked for AUX again.
    """

    def __init__(self) -> None:
        self.heard = False  # a PHDB record came since the last tick
        self.granted_s: float = _INTERVALS_S[0]  # at which records last came
        self._aux_welcome = True
        self._tries = 0
        self._interval_s = _INTERVALS_S[0]
        self.reset()

    def reset(self) -> None:
        """Ask again at the next tick. Unanswered tries go on counting, so a deaf line still comes to 5 s."""
        self.heard = False
        self._quiet_since_ns: int | None = None
        self._aux_at_ns: int | None = None
        self._probe_at_ns: int | None = None
        self._probed = 0
        self._may_probe = True

    def due(self, now_ns: int) -> bytes:
        """The request to send now, b"" for none."""
        if self._probe_at_ns is not None and now_ns - self._probe_at_ns >= _PROBE_S * _S:
            self._probe_at_ns = None
            if self._probed < _PROBE_RECORDS:
                return self._start(_INTERVALS_S[1], now_ns)
        if self.heard:
            return self._after_a_record(now_ns)
        quiet_since_ns, aux_at_ns = self._quiet_since_ns, self._aux_at_ns
        if quiet_since_ns is not None:
            if self._probe_at_ns is not None or now_ns - quiet_since_ns < (3 * self._interval_s + 2) * _S:
                return b""
            if aux_at_ns is not None and quiet_since_ns - aux_at_ns < 10 * _S:
                self._aux_welcome = False
        self._tries += 1
        return self._start(_INTERVALS_S[self._tries >= 3], now_ns)

    def _after_a_record(self, now_ns: int) -> bytes:
        self.heard, self._tries, self._quiet_since_ns = False, 0, now_ns
        self._probed += 1
        if self._probe_at_ns is None:
            self.granted_s = self._interval_s
        if self._interval_s == _INTERVALS_S[1] and self._may_probe:
            self._may_probe, self._probe_at_ns, self._probed = False, now_ns, 0
            return self._start(_INTERVALS_S[0], now_ns)
        if self._aux_welcome and self._aux_at_ns is None:
            self._aux_at_ns = now_ns
            return _START_AUX[self._interval_s]
        return b""

    def _start(self, interval_s: int, now_ns: int) -> bytes:
        self._interval_s, self._quiet_since_ns = interval_s, now_ns
        return _START[interval_s]
