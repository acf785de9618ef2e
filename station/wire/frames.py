"""Messages as bytes: a 4-byte big-endian length, then MessagePack (msgspec). One pair of functions for both ends."""

from __future__ import annotations

import asyncio
from typing import TypeVar

import msgspec

LONGEST = 4 * 1024 * 1024
M = TypeVar("M")

_encode = msgspec.msgpack.Encoder().encode


class BadFrame(Exception):
    """The other end does not speak this wire."""


def frame(message: msgspec.Struct) -> bytes:
    """One message ready to send."""
    body = _encode(message)
    return len(body).to_bytes(4, "big") + body


async def read_message(reader: asyncio.StreamReader, decoder: msgspec.msgpack.Decoder[M]) -> M:
    """The next message. Raises ``asyncio.IncompleteReadError`` at the end and ``BadFrame`` for nonsense."""
    length = int.from_bytes(await reader.readexactly(4), "big")
    if length > LONGEST:
        raise BadFrame(f"a message of {length} bytes")
    body = await reader.readexactly(length)
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadFrame(str(error)) from None
