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


class Handshake:
    """When to ask for what. A stream that stops soon after AUX was asked for is never asked for AUX again."""

    def __init__(self) -> None:
        self.heard = False  # a PHDB record came since the last tick
        self._aux_welcome = True
        self._tries = 0
        self._interval_s = _INTERVALS_S[0]
        self.reset()

    def reset(self) -> None:
        """Ask again at the next tick. Unanswered tries go on counting, so a deaf line still comes to 5 s."""
        self.heard = False
        self._quiet_since_ns: int | None = None
        self._aux_at_ns: int | None = None

    def due(self, now_ns: int) -> bytes:
        """The request to send now, b"" for none."""
        if self.heard:
            self.heard, self._tries, self._quiet_since_ns = False, 0, now_ns
            if self._aux_welcome and self._aux_at_ns is None:
                self._aux_at_ns = now_ns
                return _START_AUX[self._interval_s]
            return b""
        quiet_since_ns, aux_at_ns = self._quiet_since_ns, self._aux_at_ns
        if quiet_since_ns is not None:
            if now_ns - quiet_since_ns < (3 * self._interval_s + 2) * _S:
                return b""
            if aux_at_ns is not None and quiet_since_ns - aux_at_ns < 10 * _S:
                self._aux_welcome = False
        self._quiet_since_ns = now_ns
        self._tries += 1
        self._interval_s = _INTERVALS_S[self._tries >= 3]
        return _START[self._interval_s]
