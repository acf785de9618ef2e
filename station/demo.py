"""Throw-away stations: the demo with simulated devices, and the replay of a raw capture. All ends with the viewer."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from drivers.core.capture import is_capture, read_capture
from station import feeds, script
from station.clock import NS, real_ns
from station.config import Folders, folders
from station.errors import USAGE, Trouble
from station.starting import start, view
from station.wire.client import Client, ConnectionGone

DEMO_DEVICES = ("ge_dri", "masimo_ascii")
# after the first chair, each has the next of these; the first of them tells its story to who watches for a minute
OTHERS = ("first-minute", "quiet", "desaturation", "vagal")
FEW = 8  # chairs, of which every device is a process of its own
PATIENTS = ("Alex", "Bo", "Chris", "Dana", "Eli", "Fran", "Gus", "Hana")


def demo(scenario: str, speed: float, chairs: int) -> int:
    """Simulated devices on real ptys, a recorder, a scripted nurse at each chair, a viewer."""
    played = [scenario, *(OTHERS[n % len(OTHERS)] for n in range(chairs - 1))]
    names = [f"DEMO, {who}" for who in (*PATIENTS, *(f"{who} {n}" for n in range(2, 9) for who in PATIENTS))]
    acts = [script.of_scenario(feeds.scenario(s), name) for s, name in zip(played, names, strict=False)]
    devices = DEMO_DEVICES if chairs <= FEW else DEMO_DEVICES[:1]  # of many chairs each has a monitor alone
    with _throw_away() as (here, leash):
        links = [{name: here.runtime / f"{name}-{n}" for name in devices} for n in range(1, chairs + 1)]
        began_ns = real_ns()
        for command in _simulating(links, played):
            _child([*command, "--speed", str(speed)], leash)
        _write_station(here, *links)
        start(here, ["--speed", str(speed)], leash=leash, throw_away=(here.data.parent, here.runtime))
        for n, script_of in enumerate(acts, 1):
            _nurse(here, f"Chair {n}", script_of, began_ns, speed)
        return view(here.socket, keep=False)


def _simulating(links: list[dict[str, Path]], played: list[str]) -> Iterator[list[str]]:
    """The commands that are all devices: a process each, or one for those of many chairs."""
    each = [(name, what, link) for ports, what in zip(links, played, strict=True) for name, link in ports.items()]
    if len(links) > FEW:
        yield ["simulate-many", *(f"{name},{what},{link}" for name, what, link in each)]
        return
    for name, what, link in each:
        yield ["simulate", name, "--scenario", what, "--link", str(link)]


def replay(capture: Path, speed: float, seek: str) -> int:
    """The capture's bytes on a real pty at their own pace, a recorder, a viewer."""
    try:
        if not is_capture(capture):
            raise Trouble(
                f"{capture} is no capture with arrival times (the recorder writes those); decode it with:"
                f" infusion-station decode DEVICE {capture}",
                USAGE,
            )
        device = read_capture(capture).header.driver
    except OSError as error:
        raise Trouble(f"cannot read {capture}: {error.strerror}") from None
    except ValueError as error:
        raise Trouble(str(error)) from None
    seek_s = _seconds(seek)
    with _throw_away() as (here, leash):
        link = here.runtime / device
        command = [
            "play-capture",
            str(capture),
            "--link",
            str(link),
            "--speed",
            str(speed),
            "--seek",
            str(seek_s),
        ]
        _child(command, leash)
        _write_station(here, {device: link})
        start(here, ["--speed", str(speed)], leash=leash, throw_away=(here.data.parent, here.runtime))
        return view(here.socket, keep=False)


@contextlib.contextmanager
def _throw_away() -> Iterator[tuple[Folders, int]]:
    """A station's folders that vanish, and the leash: when this process ends, however it ends, so do its children."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Trouble("this needs a terminal to show itself in; without one, try: infusion-station rehearse")
    for number in (signal.SIGHUP, signal.SIGTERM):  # a closed terminal ends the demo, and its folders, too
        signal.signal(number, lambda n, _frame: sys.exit(128 + n))
    before = os.environ.get("INFUSION_STATION_HOME")
    held, holds = os.pipe()
    with tempfile.TemporaryDirectory(prefix="infusion-demo-") as home:
        os.environ["INFUSION_STATION_HOME"] = home
        here = folders()
        try:
            here.runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
            yield here, held
        finally:
            os.close(holds)
            _wait_until_gone(here)
            os.close(held)
            if before is None:
                del os.environ["INFUSION_STATION_HOME"]
            else:
                os.environ["INFUSION_STATION_HOME"] = before


_children: list[subprocess.Popen[bytes]] = []


def _child(arguments: list[str], leash: int) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "station", *arguments, "--leash", str(leash)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=[leash],
    )
    _children.append(child)
    if child.stdout is None or not child.stdout.readline():
        raise Trouble(f"the simulated device could not start: infusion-station {' '.join(arguments)}")


def _write_station(here: Folders, *chairs: dict[str, Path]) -> None:
    """station.toml of a chair for each of ``chairs``. Throw-away, so no raw captures of captures are kept."""
    here.config.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = ["raw_capture = false"]
    for n, ports in enumerate(chairs, 1):
        lines += ["[[chair]]", f'name = "Chair {n}"']
        lines += [f'[[chair.port]]\ndevice = "{name}"\nport = "{path}"' for name, path in ports.items()]
    here.station_toml.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _nurse(here: Folders, chair: str, acts: script.Timed, began_ns: int, speed: float) -> None:
    """Play the scripted nurse over the wire, from a thread: the viewer's loop may stand still, the script goes on."""

    async def play() -> None:
        client: Client | None = None
        for at_s, act in acts:
            await asyncio.sleep(max(at_s / speed - (real_ns() - began_ns) / NS, 0))
            for _ in range(20):  # a recorder that is killed in the demo is back within three seconds
                try:
                    client = client or await Client.connect(here.socket, "script")
                    await client.act(chair, script.BY, act)
                    break
                except ConnectionGone:
                    client = None
                    await asyncio.sleep(0.25)

    threading.Thread(target=lambda: asyncio.run(play()), name="nurse", daemon=True).start()


def _wait_until_gone(here: Folders) -> None:
    """The leash is let go: wait for the children, and for the recorder, which takes its socket with it."""
    for child in _children:
        if child.stdout is not None:
            child.stdout.close()
        try:
            child.wait(3)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    _children.clear()
    patience_until_ns = real_ns() + 5 * NS
    while here.socket.exists() and real_ns() < patience_until_ns:
        threading.Event().wait(0.02)
    shutil.rmtree(here.runtime, ignore_errors=True)


def _seconds(text: str) -> float:
    """``90``, ``1:30`` or ``0:01:30`` as seconds."""
    try:
        parts = [float(part) for part in text.split(":")]
    except ValueError:
        parts = []
    if not 1 <= len(parts) <= 3 or any(p < 0 for p in parts):
        raise Trouble(f"--seek {text!r} is no time; write seconds, MM:SS or HH:MM:SS", USAGE)
    total = 0.0
    for part in parts:
        total = total * 60 + part
    return total
