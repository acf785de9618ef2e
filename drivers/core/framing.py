"""Bytes of a line cut into frames, as they come: pure, bounded, one class for every delimited protocol.

A frame is whatever stands between two delimiters (a flag byte, a line feed) and satisfies the driver's
``parse``. Nothing is held past the longest frame a device can send, and each piece that is no frame is
reported exactly once.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Generic, TypeVar

from drivers.core.driver import FrameStats
from drivers.core.measurement import FrameError

REASONS = frozenset({"checksum", "length", "overlong", "short", "grammar", "range", "cut"})
Parsed = TypeVar("Parsed")


class BadFrame(Exception):
    """Raised by a driver's ``parse`` where a piece is no frame. ``reason`` is one of ``REASONS``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DelimitedFramer(Generic[Parsed]):
    """Splits a stream at one delimiter byte and hands each non-empty piece to ``parse``.

    ``blank`` bytes around a piece belong to no frame and are no damage (NUL and CR between lines).
    ``longest`` is the most bytes of a piece on the wire. With ``opened`` a frame needs a delimiter before it
    as well as after it: what comes before the first one is a tail at best. ``resume`` finds where in a piece that is
    no frame one may begin after all (noise or a cut line before it), 0 where none does. ``stats`` go on over ``reset``.
    """

    def __init__(
        self,
        delimiter: bytes,
        parse: Callable[[bytes], Parsed],
        *,
        longest: int,
        blank: bytes = b"",
        opened: bool = False,
        resume: Callable[[bytes], int] | None = None,
    ) -> None:
        self.stats = FrameStats()
        self._delimiter = delimiter
        self._parse = parse
        self._longest = longest
        self._blank = blank
        self._opened = opened
        self._resume = resume
        self._headless = opened
        self._held = b""
        self._dropped = 0  # bytes of an overlong piece already let go
        self._start = 0  # offset in the stream of the first byte of the piece

    def feed(self, data: bytes) -> list[Parsed | FrameError]:
        """Frames and errors completed by ``data``, in the order of the stream."""
        found: list[Parsed | FrameError] = []
        self.stats.bytes += len(data)
        first, *rest = data.split(self._delimiter)
        self._hold(first)
        for piece in rest:
            self._close(found)
            self._start += len(self._held) + self._dropped + len(self._delimiter)
            self._held, self._dropped = b"", 0
            self._hold(piece)
        return found

    def finish(self) -> list[FrameError]:
        """End of input: bytes still waiting for their delimiter are one error ``cut``."""
        length = len(self._held.rstrip(self._blank)) + self._dropped
        errors = [self._error("cut", self._start, length)] if length else []
        self._let_go()
        return errors

    def reset(self) -> None:
        """The line was opened anew: a half frame is skipped without an error; offsets and ``stats`` go on."""
        self.stats.bytes_skipped += len(self._held.rstrip(self._blank)) + self._dropped
        self._let_go()

    def _let_go(self) -> None:
        self._start = self.stats.bytes
        self._held, self._dropped = b"", 0
        self._headless = self._opened

    def _hold(self, piece: bytes) -> None:
        if not self._held and not self._dropped:
            body = piece.lstrip(self._blank)
            self._start += len(piece) - len(body)
            piece = body
        together = self._held + piece
        if self._dropped or len(together) > self._longest:
            kept = together[-self._longest :] if self._resume else b""
            self._dropped += len(together) - len(kept)
            together = kept
        self._held = together

    def _close(self, found: list[Parsed | FrameError]) -> None:
        headless, self._headless = self._headless, False
        piece = self._held.rstrip(self._blank)
        if not piece and not self._dropped:
            return
        at, reason = self._start + self._dropped, "overlong"
        if not self._dropped:
            try:
                if headless:
                    raise BadFrame("short")
                self._good(self._parse(piece), found)
                return
            except BadFrame as bad:
                reason = bad.reason
        begins = self._resume(piece) if self._resume else 0
        if begins <= 0:
            found.append(self._error(reason, self._start, self._dropped + len(piece)))
            return
        found.append(self._error(reason, self._start, self._dropped + begins))
        try:
            self._good(self._parse(piece[begins:]), found)
        except BadFrame as bad:
            found.append(self._error(bad.reason, at + begins, len(piece) - begins))

    def _good(self, parsed: Parsed, found: list[Parsed | FrameError]) -> None:
        self.stats.frames += 1
        found.append(parsed)

    def _error(self, reason: str, offset: int, length: int) -> FrameError:
        self.stats.errors += 1
        self.stats.bytes_skipped += length
        return FrameError(reason, offset, length)


_ESCAPED = re.compile(rb"\x7d.", re.DOTALL)


def unstuffed(piece: bytes) -> bytes:
    """``piece`` without byte stuffing: after 7D, bit 5 of the next byte is set (GE M1017617).

    Raises BadFrame ``grammar`` where the last byte is an escape with nothing behind it.
    """
    escapes = piece.count(b"\x7d")
    if not escapes:
        return piece
    if escapes == piece.count(b"\x7d\x5e") + piece.count(b"\x7d\x5d"):
        # every escape is one of the two a sender makes, so two passes in C are exact in this order
        return piece.replace(b"\x7d\x5e", b"\x7e").replace(b"\x7d\x5d", b"\x7d")
    if b"\x7d" in _ESCAPED.sub(b"", piece):
        raise BadFrame("grammar")
    return _ESCAPED.sub(lambda pair: bytes((pair[0][1] | 0x20,)), piece)


def sum8(data: bytes) -> int:
    """Sum of all bytes mod 256. Adler's low half is that sum in C, exact while 256 bytes stay below 65521."""
    return sum(zlib.adler32(data[at : at + 256], 0) & 0xFFFF for at in range(0, len(data), 256)) & 0xFF
