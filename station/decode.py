"""``decode``: a capture to JSON lines (contract 3). The driver hears; nothing is asked of a device."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

import drivers
from drivers.core.capture import is_capture, read_capture
from drivers.core.measurement import DeviceAlert, FrameError, Item, Numeric
from station.config import check_device
from station.errors import Trouble

CHUNK = 65536
Chunks = Iterator[tuple[int | None, bytes]]


def decode(device: str, file: Path) -> int:
    """Print every item, then the summary. ``Trouble`` where the file cannot be read or holds no frame of the device."""
    driver = drivers.load(check_device(device)).Driver(source=device)
    chunks, utc_offset_ns = _chunks(file)
    write = sys.stdout.buffer.write
    encode = msgspec.json.Encoder().encode
    for at_ns, data in chunks:
        for item in driver.receive(data, at_ns):
            if not isinstance(item, DeviceAlert) or item.active:  # an alert is told as it comes up
                write(encode(as_json(item, utc_offset_ns)) + b"\n")
    for item in driver.finish(None):
        write(encode(as_json(item, utc_offset_ns)) + b"\n")
    stats = msgspec.structs.asdict(driver.stats)
    write(encode({"summary": {k: stats[k] for k in ("frames", "errors", "bytes", "bytes_skipped")}}) + b"\n")
    sys.stdout.flush()
    if driver.stats.frames == 0:
        raise Trouble(
            f"{'stdin' if str(file) == '-' else file} holds no {device} frame: is it a capture of that device?"
        )
    return 0


def as_json(item: Item, utc_offset_ns: int = 0) -> dict[str, Any]:
    """An item as contract 3 spells it. ``utc_offset_ns`` turns steady arrival stamps into UTC."""
    match item:
        case Numeric():
            fields = msgspec.structs.asdict(item)
            received = item.received_at
            fields["determined_at"] = _iso(item.determined_at)
            fields["received_at"] = None if received is None else _iso(received + utc_offset_ns)
            return fields
        case DeviceAlert():
            return {"alert": {"kind": item.kind, "text": item.text, "priority": item.priority}}
        case FrameError():
            return {"frame_error": {"reason": item.reason, "offset": item.offset, "length": item.length}}


def _iso(at_ns: int | None) -> str | None:
    if at_ns is None:
        return None
    text = datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    ms = at_ns % 1_000_000_000 // 1_000_000
    return f"{text}.{ms:03d}Z" if ms else f"{text}Z"


def _chunks(file: Path) -> tuple[Chunks, int]:
    """(arrival, bytes) of a file, and what turns arrivals into UTC. A plain capture has no arrivals."""
    if str(file) == "-":
        return _plain(sys.stdin.buffer, file), 0
    try:
        if is_capture(file):
            capture = read_capture(file)  # ValueError: its header is damaged
            return iter(capture.chunks), capture.utc_ns(0)
        stream = file.open("rb")
    except OSError as error:
        raise Trouble(f"cannot read {file}: {error.strerror}") from None
    except ValueError as error:
        raise Trouble(str(error)) from None
    return _plain(stream, file), 0


def _plain(stream: BinaryIO, file: Path) -> Chunks:
    try:
        while data := stream.read(CHUNK):
            yield None, data
    except OSError as error:
        raise Trouble(f"cannot read {file}: {error.strerror}") from None
