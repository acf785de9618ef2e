"""Raw captures: what a port said, with arrival times, in rotating files that ``replay`` reads back.

A file is, all integers little-endian::

    8 bytes   magic "INFCAP1" and a line feed
    u32       length of the header, then that many bytes of JSON:
              {"driver", "port", "opened_utc_ns", "opened_steady_ns"}
    u64 u32   arrival (steady ns) and length of a chunk, then its bytes; repeated to the end of the file

The two clocks at the opening tie the steady stamps to UTC. Every chunk is one write, so a killed recorder
leaves at most the last chunk short, which a reader drops. Files are 0600 in a folder that is 0700.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable
from pathlib import Path

import msgspec

MAGIC = b"INFCAP1\n"
SUFFIX = ".infcap"
_HEADER_LENGTH = struct.Struct("<I")
_CHUNK = struct.Struct("<QI")
_LONGEST_HEADER = 4096


class Limits(msgspec.Struct, frozen=True):
    """A file ends at ``file_bytes`` or ``file_s``; a port's files go over ``keep_bytes`` or ``keep_s``."""

    file_bytes: int = 16 << 20
    file_s: float = 3600.0
    keep_bytes: int = 1 << 30
    keep_s: float = 14 * 86400.0


class Header(msgspec.Struct, frozen=True):
    """Who spoke where, and both clocks as the file was opened: UTC and steady, in ns."""

    driver: str
    port: str
    opened_utc_ns: int
    opened_steady_ns: int


class Capture(msgspec.Struct, frozen=True):
    """A capture read back: ``chunks`` are (steady ns, bytes); not ``whole`` where the last was cut."""

    header: Header
    chunks: list[tuple[int, bytes]]
    whole: bool

    def utc_ns(self, at_ns: int) -> int:
        """UTC of a chunk's stamp, by the clocks at the opening."""
        return self.header.opened_utc_ns + at_ns - self.header.opened_steady_ns


class CaptureWriter:
    """Writes one port's chunks. Its own failure is told once through ``report`` and never reaches the line.

    ``folder`` is made with mode 0700. ``utc_ns`` is the wall clock, read as a file opens. ``report`` gets one
    sentence when writing ends for good (disk full, folder gone); ``write`` does nothing from then on.
    """

    def __init__(
        self,
        folder: Path,
        driver: str,
        port: str,
        *,
        utc_ns: Callable[[], int],
        report: Callable[[str], None],
        limits: Limits | None = None,
    ) -> None:
        self._folder = folder
        self._driver = driver
        self._port = port
        self._utc_ns = utc_ns
        self._report = report
        self._limits = limits or Limits()
        self._stem = f"{driver}-{re.sub(r'[^A-Za-z0-9]+', '_', port).strip('_')[-60:]}-"
        self._descriptor: int | None = None
        self._size = 0
        self._opened_steady_ns = 0
        self.failed = False

    def write(self, data: bytes, at_ns: int) -> None:
        """Append a chunk that arrived at ``at_ns`` (steady). Never raises for a file's sake."""
        if self.failed:
            return
        try:
            if self._descriptor is None or self._is_full(at_ns):
                self._open(at_ns)
            self._put(_CHUNK.pack(at_ns, len(data)) + data)
        except OSError as trouble:
            self.failed = True
            self.close()
            why = trouble.strerror or str(trouble)
            self._report(f"Raw capture of {self._port} has stopped ({why}); monitoring goes on without it.")

    def close(self) -> None:
        """End the file; a later ``write`` opens the next one."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            try:
                os.close(descriptor)
            except OSError as trouble:  # a network disk may report the lost write only here
                self.failed = True
                self._report(f"Raw capture of {self._port} could not be closed ({trouble.strerror}).")

    def _is_full(self, at_ns: int) -> bool:
        age_s = (at_ns - self._opened_steady_ns) / 1e9
        return self._size >= self._limits.file_bytes or age_s >= self._limits.file_s

    def _open(self, at_ns: int) -> None:
        self.close()
        utc_ns = self._utc_ns()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._prune(utc_ns // 1_000_000)
        path = self._folder / f"{self._stem}{utc_ns // 1_000_000:013d}{SUFFIX}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
        while path.exists():  # two files of one millisecond, or a wall clock set back
            path = path.with_name(f"{self._stem}{_opened_ms(path) + 1:013d}{SUFFIX}")
        self._descriptor = os.open(path, flags, 0o600)
        self._size, self._opened_steady_ns = 0, at_ns
        header = msgspec.json.encode(Header(self._driver, self._port, utc_ns, at_ns))
        self._put(MAGIC + _HEADER_LENGTH.pack(len(header)) + header)

    def _put(self, data: bytes) -> None:
        written = 0 if self._descriptor is None else os.write(self._descriptor, data)
        if written != len(data):
            raise OSError(0, "no room for the whole chunk")
        self._size += written

    def _prune(self, now_ms: int) -> None:
        """Let go of this port's oldest files until age and total size are within the limits."""
        kept_bytes = 0
        for path in sorted(self._folder.glob(f"{self._stem}*{SUFFIX}"), key=_opened_ms, reverse=True):
            kept_bytes += path.stat().st_size
            too_old = now_ms - _opened_ms(path) > self._limits.keep_s * 1000
            if too_old or kept_bytes + self._limits.file_bytes > self._limits.keep_bytes:
                path.unlink()


def _opened_ms(path: Path) -> int:
    digits = path.stem.rpartition("-")[2]
    return int(digits) if digits.isdigit() else 0


def is_capture(path: Path) -> bool:
    """True where the file begins as a capture of this format does. Raises OSError if it cannot be read."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def read_capture(path: Path) -> Capture:
    """The capture in ``path``. Raises OSError if unreadable, ValueError (one sentence) if it is none."""
    data = path.read_bytes()
    if not data.startswith(MAGIC):
        raise ValueError(f"{path} is not a raw capture of this station.")
    start = len(MAGIC) + _HEADER_LENGTH.size
    length = _HEADER_LENGTH.unpack_from(data, len(MAGIC))[0] if len(data) >= start else _LONGEST_HEADER + 1
    try:
        if length > _LONGEST_HEADER:
            raise ValueError("no header")
        header = msgspec.json.decode(data[start : start + length], type=Header)
    except ValueError:
        raise ValueError(f"{path} begins as a raw capture but its header is damaged.") from None
    chunks: list[tuple[int, bytes]] = []
    at = start + length
    while at + _CHUNK.size <= len(data):
        at_ns, size = _CHUNK.unpack_from(data, at)
        if at + _CHUNK.size + size > len(data):
            break
        at += _CHUNK.size
        chunks.append((at_ns, data[at : at + size]))
        at += size
    return Capture(header, chunks, at == len(data))
