"""``simulate``: be a device on a real line."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import click

from simulators.line import Line, LineError, PortLine, PtyLine, TcpLine, serve
from simulators.readings import Device
from station import feeds
from station.errors import USAGE, Trouble


def simulate(
    device: str,
    scenario: str,
    playback: Path | None,
    *,
    port: str | None,
    link: Path | None,
    tcp: str | None,
    speed: float,
    leash: int | None,
) -> int:
    """Speak until the scenario ends or somebody stops it. The path or address is the first line of stdout."""
    line = _line(port, link, tcp)
    module = feeds.device(device)
    feed = feeds.feed(scenario, playback, device)
    try:
        asyncio.run(_speak(module.Device(), feed, line, speed, leash))
    except LineError as error:
        raise Trouble(str(error)) from None
    return 0


def simulate_many(named: Sequence[tuple[str, ...]], speed: float, leash: int | None) -> int:
    """Speak as each (device, scenario, link) of ``named`` until the scenarios end. One line of stdout once all do."""

    async def speak() -> None:
        stop = _stopped_by(leash)
        waiting = len(named)

        def announce(_: str) -> None:
            nonlocal waiting
            waiting -= 1
            if not waiting:
                _announce(f"{len(named)} devices")

        await asyncio.gather(
            *(
                serve(
                    feeds.device(device).Device(),
                    feeds.feed(scenario, None, device).source,
                    PtyLine(Path(link)),
                    speed=speed,
                    announce=announce,
                    stop=stop,
                )
                for device, scenario, link in named
            )
        )

    try:
        asyncio.run(speak())
    except LineError as error:
        raise Trouble(str(error)) from None
    return 0


def _line(port: str | None, link: Path | None, tcp: str | None) -> Line:
    if sum(x is not None for x in (port, link, tcp)) != 1:
        raise Trouble("say where to speak: one of --port PATH, --link PATH, --tcp HOST:PORT", USAGE)
    if link is not None:
        return PtyLine(link)
    if port is not None:
        return PortLine(port)
    host, _, number = (tcp or "").rpartition(":")
    if not host or not number.isdigit() or int(number) > 65535:
        raise Trouble(f"--tcp {tcp} is no HOST:PORT", USAGE)
    return TcpLine(host, int(number))


async def _speak(device: Device, feed: feeds.Feed, line: Line, speed: float, leash: int | None) -> None:
    await serve(device, feed.source, line, speed=speed, announce=_announce, stop=_stopped_by(leash))


def _stopped_by(leash: int | None) -> asyncio.Event:
    """Set by a signal, or by the end of who holds the ``leash``."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    if leash is not None:
        os.set_blocking(leash, False)
        loop.add_reader(leash, stop.set)
    return stop


def _announce(where: str) -> None:
    click.echo(where)
