"""Starting, finding and ending the recorder; attaching a viewer to it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from charting.duty import chairs_each
from drivers.core.text import clean
from station.clock import NS, real_ns
from station.config import (
    ChairConfig,
    Config,
    Folders,
    Port,
    check,
    check_device,
    folders,
    load,
    make_private,
)
from station.errors import NO, USAGE, Trouble
from station.wire.client import Client, ConnectionGone
from station.wire.messages import Refused, Snapshot, StopRecorder

START_WITHIN_S = 10.0
LOG_BYTES = 5_000_000
LEFT = "the screen is closed; a recorder that runs goes on - show it again with: infusion-station attach"
T = TypeVar("T")


def start_and_attach(device: str | None, port: str | None) -> int:
    """No command: the recorder detached if none runs, then a viewer. With one running, options are refused."""
    here = folders()
    if asyncio.run(_answers(here)):
        if device or port:
            raise Trouble(asyncio.run(_running_sentence(here)), USAGE)
    else:
        _config(here, device, port)  # a mistake is told here, before anything is started
        if port:
            _check_port(port)
        start(here, [*(["--device", device] if device else []), *(["--port", port] if port else [])])
    return attach()


def attach() -> int:
    """A viewer on the recorder that runs."""
    here = folders()
    if not asyncio.run(_answers(here)):
        raise Trouble("no recorder is running here; start one with: infusion-station")
    return view(here.socket)


def view(socket: Path, keep: bool = True) -> int:
    """Be a viewer until its user leaves, in this user's theme and keys; a new theme is remembered with ``keep``."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Trouble("the viewer needs a terminal; the recorder goes on without it")
    from station.tui.app import run_viewer
    from station.tui.chosen import chosen

    here = folders()
    done = run_viewer(lambda: Client.connect(socket, "viewer"), chosen=chosen(here.config, keep), ledger=here.ledger)
    if keep:
        click.echo(LEFT)
    return done


def status() -> int:
    """Whether a recorder runs, and what it does."""
    here = folders()

    async def ask(client: Client) -> tuple[int, Snapshot]:
        return client.welcome.pid, await client.poll()

    pid, snapshot = _with_client(here, ask, otherwise="no recorder is running here", code=NO)
    click.echo(f"recorder running, pid {pid}")
    click.echo(f"chart: {'NOT SAVED: ' + snapshot.chart if snapshot.chart else here.ledger}")
    if each := chairs_each(chair.on for chair in snapshot.chairs):
        counted = (f"{clean(who)} at {count} chair{'s' if count > 1 else ''}" for who, count in each.items())
        click.echo(f"on: {', '.join(counted)}")
    for chair in snapshot.chairs:
        session = (
            f"session {chair.session} ({clean(chair.patient)}), {chair.infusion.phase}"
            if chair.session
            else "no session"
        )
        click.echo(f"{chair.chair}: {session}")
        for port in chair.ports:
            click.echo(f"  {port.source} on {port.port}: {port.state}{'; ' + port.sentence if port.sentence else ''}")
        for alarm in chair.alarms:
            click.echo(f"  {alarm.priority}: {clean(alarm.text)} ({alarm.state})")
    return 0


def stop(force: bool) -> int:
    """End the recorder and wait until it has gone."""
    here = folders()

    async def ask(client: Client) -> int:
        answer = await client.act("", "stop", StopRecorder(force=force))
        if isinstance(answer, Refused):
            raise Trouble(answer.sentence, NO)
        return client.welcome.pid

    pid = _with_client(here, ask, otherwise="no recorder is running here", code=NO)
    deadline_ns = real_ns() + START_WITHIN_S * NS
    while _alive(pid) and real_ns() < deadline_ns:
        time.sleep(0.05)
    if _alive(pid):
        raise Trouble(f"the recorder (pid {pid}) is asked to stop but has not ended after {START_WITHIN_S:.0f} s")
    click.echo("the recorder has stopped")
    return 0


def record(
    device: str | None, port: str | None, *, speed: float, leash: int | None, ready_fd: int | None, again: bool
) -> int:
    """Be the recorder, in the foreground. ``again``: after one that died, so that it goes on with the settings of that
    one where those of now cannot be read.
    """
    from station import settings
    from station.recorder.life import run_recorder

    here = folders()
    try:
        in_force = here
        try:
            found = settings.read(here, _config(here, device, port))
        except Trouble as trouble:
            before = settings.last_good(here) if again else None
            if before is None:
                raise
            click.echo(f"infusion-station: {trouble}; going on with the settings of the last start", err=True)
            in_force = before
            found = settings.read(before, _config(before, device, port))

        def ready() -> None:
            here.trouble.unlink(missing_ok=True)
            if in_force == here and (sentence := settings.keep(here)):
                click.echo(f"infusion-station: {sentence}", err=True)
            if ready_fd is not None:
                os.write(ready_fd, b"R")

        run_recorder(in_force, found, speed=speed, leash=leash, ready=ready)
    except Trouble as trouble:
        if ready_fd is not None:  # whoever started us detached reads the sentence there
            make_private(here.runtime)
            with os.fdopen(os.open(here.trouble, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as told:
                told.write(str(trouble))
        raise
    return 0


def start(here: Folders, options: list[str], *, leash: int | None = None, throw_away: Sequence[Path] = ()) -> None:
    """Start keeper and recorder detached and wait until it answers. ``Trouble`` with the recorder's own sentence.

    ``leash``: a descriptor whose closing ends both; then the folders ``throw_away`` go too.
    """
    make_private(here.data)
    make_private(here.runtime)
    here.trouble.unlink(missing_ok=True)
    try:
        if here.log.exists() and here.log.stat().st_size > LOG_BYTES:
            here.log.replace(here.log.with_suffix(".log.1"))
        log_fd = os.open(here.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise Trouble(
            f"cannot write {here.log}: {error.strerror}; mend that, or choose another place with INFUSION_STATION_HOME"
        ) from None
    holding = ["--leash", str(leash)] if leash is not None else []
    holding += [word for folder in throw_away for word in ("--remove", str(folder))]
    command = [
        sys.executable,
        "-m",
        "station.recorder.keeper",
        *holding,
        sys.executable,
        "-m",
        "station",
        "record",
        *options,
    ]
    with os.fdopen(log_fd, "ab") as log:
        keeper = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=[leash] if leash is not None else [],
            cwd="/",
        )
    deadline_ns = real_ns() + START_WITHIN_S * NS
    while real_ns() < deadline_ns:
        if keeper.poll() is not None:
            said = here.trouble.read_text(encoding="utf-8") if here.trouble.exists() else f"see {here.log}"
            raise Trouble(f"the recorder could not start: {said}")
        if here.socket.exists() and asyncio.run(_answers(here)):
            return
        time.sleep(0.05)
    raise Trouble(f"the recorder does not answer after {START_WITHIN_S:.0f} s; see {here.log}")


def _config(here: Folders, device: str | None, port: str | None) -> Config:
    """station.toml, or one chair from the options."""
    if (device is None) != (port is None):
        raise Trouble("--device and --port belong together: say both", USAGE)
    if device is None or port is None:
        return load(here.station_toml)
    check_device(device)
    base = load(here.station_toml) if here.station_toml.exists() else Config()
    if base.chair:
        raise Trouble(f"the chairs are written in {here.station_toml}; leave --device and --port away", USAGE)
    return check(Config(chair=(ChairConfig(name="Chair 1", port=(Port(device=device, port=port),)),)), "options")


def _check_port(port: str) -> None:
    from drivers.core.link import check_port

    sentence = check_port(port)
    if sentence:
        raise Trouble(sentence)


async def _running_sentence(here: Folders) -> str:
    """Why --device and --port cannot be taken, and what to do instead."""
    said = (
        "a recorder is already running, so --device and --port cannot be taken; show it with: infusion-station attach"
    )
    try:
        client = await Client.connect(here.socket, "script")
        try:
            opened = [chair.chair for chair in (await client.poll()).chairs if chair.session is not None]
        finally:
            await client.close()
    except ConnectionGone:
        opened = []
    if opened:
        return f"{said} (a session is open at {', '.join(clean(name) for name in opened)}: do not end it)"
    return f"{said}; for another monitor end it first with: infusion-station stop"


async def _answers(here: Folders) -> bool:
    try:
        client = await Client.connect(here.socket, "script")
    except ConnectionGone:
        return False
    await client.close()
    return True


def _with_client(here: Folders, ask: Callable[[Client], Awaitable[T]], *, otherwise: str, code: int) -> T:
    async def run() -> T:
        try:
            client = await Client.connect(here.socket, "script")
        except ConnectionGone as gone:
            raise Trouble(otherwise if not here.socket.exists() else str(gone), code) from None
        try:
            return await ask(client)
        except ConnectionGone as gone:
            raise Trouble(str(gone)) from None
        finally:
            await client.close()

    return asyncio.run(run())


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
