"""A raw capture played on a pty at its own pace: the far end of ``replay``."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import click

from drivers.core.capture import read_capture
from simulators.line import LineError, PtyLine
from station.clock import NS
from station.errors import Trouble

TURN_S = 0.02


def play(capture: Path, link: Path, *, speed: float, seek_s: float, leash: int | None) -> int:
    """Write every chunk at its arrival time, from ``seek_s`` on. What the other side asks is read and not answered."""
    chunks = read_capture(capture).chunks
    line = PtyLine(link)
    try:
        click.echo(line.open())
        asyncio.run(_play(chunks, line, speed, seek_s, leash))
    except LineError as error:
        raise Trouble(str(error)) from None
    finally:
        line.close()
    return 0


async def _play(chunks: list[tuple[int, bytes]], line: PtyLine, speed: float, seek_s: float, leash: int | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    if leash is not None:
        os.set_blocking(leash, False)
        loop.add_reader(leash, stop.set)
    first_ns = chunks[0][0] if chunks else 0
    waiting = [(at_ns, data) for at_ns, data in chunks if (at_ns - first_ns) / NS >= seek_s]
    began = loop.time()
    while waiting and not stop.is_set():
        now_s = seek_s + (loop.time() - began) * speed
        while waiting and (waiting[0][0] - first_ns) / NS <= now_s:
            line.send(waiting.pop(0)[1])
        line.receive()
        await asyncio.sleep(TURN_S)
    await stop.wait() if leash is not None else None
