"""A station of its own for a test: real processes, real ptys, a real ledger, in folders that vanish."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from charting.ledger.reader import Reader
from charting.model import Kind
from station.config import Folders, folders
from station.wire.client import Client, ConnectionGone
from station.wire.messages import Act, Snapshot

PATIENCE_S = 30.0  # for what has no promised time, on a machine that has other things to do
LONG_S = 60.0  # for what takes half a minute by itself
LOST_WITHIN_S = 7.0  # the promise of COMM_LOST
PROGRAM = (sys.executable, "-m", "station")
_pause = threading.Event()


def until(true: Callable[[], Any], seconds: float = PATIENCE_S, what: str = "it", every_s: float = 0.03) -> Any:
    """The first true answer of ``true``, asked every ``every_s``; fails the test when ``seconds`` have passed."""
    deadline = time.monotonic() + seconds
    while True:
        answer = true()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what} did not come within {seconds:g} s"
        _pause.wait(every_s)


class StationProcess:
    """Commands of the real program against one INFUSION_STATION_HOME."""

    def __init__(self, home: Path, runtime: Path) -> None:
        self.home = home
        self.env = os.environ | {
            "INFUSION_STATION_HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "TERM": "xterm-256color",
            "INFUSION_STATION_SINK": "null",  # sound as on a computer with a device, whatever this one has
        }
        self.children: list[subprocess.Popen[bytes]] = []

    @property
    def folders(self) -> Folders:
        before = {k: os.environ.get(k) for k in ("INFUSION_STATION_HOME", "XDG_RUNTIME_DIR")}
        os.environ.update({k: self.env[k] for k in before})
        try:
            return folders()
        finally:
            for key, value in before.items():
                if value is None:
                    del os.environ[key]
                else:
                    os.environ[key] = value

    def run(self, *arguments: str, timeout: float = 60, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "station", *arguments],
            env=self.env,
            input=stdin,
            capture_output=True,
            timeout=timeout,
            check=False,
        )

    def start(
        self, *arguments: str, keeper: bool = False, program: tuple[str, ...] = PROGRAM
    ) -> subprocess.Popen[bytes]:
        """Start a command that goes on; ended by ``close``. Its stderr is kept in the home folder."""
        self.home.mkdir(exist_ok=True)
        command = [*program, *arguments]
        if keeper:
            command = [sys.executable, "-m", "station.recorder.keeper", *command]
        with (self.home / "stderr.txt").open("ab") as stderr:
            child = subprocess.Popen(
                command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                start_new_session=True,
            )
        self.children.append(child)
        return child

    def simulate(self, *arguments: str) -> tuple[subprocess.Popen[bytes], str]:
        """Start a simulated device; the process and the address it announced."""
        child = self.start("simulate", *arguments)
        assert child.stdout is not None
        where = child.stdout.readline().decode().strip()
        assert where, (self.home / "stderr.txt").read_text()
        return child, where

    def pull(self, simulator: subprocess.Popen[bytes]) -> None:
        """Kill a simulated device, its link first: a dead one's pty number goes to the next terminal that anybody opens
        on this computer, and a recorder that followed the link would write to a stranger.
        """
        words = [str(word) for word in simulator.args] if isinstance(simulator.args, list) else []
        if "--link" in words:
            Path(words[words.index("--link") + 1]).unlink()
        simulator.kill()
        simulator.wait()

    def record(
        self, *arguments: str, keeper: bool = False, program: tuple[str, ...] = PROGRAM
    ) -> subprocess.Popen[bytes]:
        """Start a recorder and wait until it answers."""
        child = self.start("record", *arguments, keeper=keeper, program=program)
        until(self.pid, what="the recorder's answer")
        return child

    def pid(self) -> int | None:
        """The recorder's process number, None while none answers."""

        async def ask() -> int | None:
            try:
                client = await Client.connect(self.folders.socket, "script")
            except ConnectionGone:
                return None
            await client.close()
            return client.welcome.pid

        return asyncio.run(ask())

    def snapshot(self) -> Snapshot:
        """What a viewer would see now."""

        async def ask() -> Snapshot:
            client = await Client.connect(self.folders.socket, "script")
            try:
                return await client.poll()
            finally:
                await client.close()

        return asyncio.run(ask())

    def act(self, *acts: Act, chair: str = "Chair 1", by: str = "N1") -> list[Any]:
        """Carry out acts over the wire; the answers."""

        async def do() -> list[Any]:
            client = await Client.connect(self.folders.socket, "script")
            try:
                return [await client.act(chair, by, act) for act in acts]
            finally:
                await client.close()

        return asyncio.run(do())

    def alarm(self, condition: str) -> Any:
        """The standing alarm of that id at any chair, or None."""
        return next((a for c in self.snapshot().chairs for a in c.alarms if a.condition == condition), None)

    def lost_after_s(self) -> float:
        """Seconds of silence after which COMM_LOST was raised, by the recorder's own clock: waits until it stands."""
        alarm = until(lambda: self.alarm("COMM_LOST"), what="COMM_LOST")
        return float(alarm.value - alarm.since_s)

    def raised_s(self, condition: str, priority: str, after_s: float) -> float:
        """When the chart says that the alarm was raised with that priority after ``after_s`` (s since 1970): waits."""

        def raised() -> float | None:
            with Reader.open(self.folders.ledger) as reader:
                alarms = [e for e in reader.entries() if e.kind is Kind.ALARM and e.happened_at_ms > after_s * 1000]
            wanted = (condition, priority, "ACTIVE_UNACK")
            said = ((e, (e.payload["condition"], e.payload["priority"], e.payload["to"])) for e in alarms)
            return next((e.happened_at_ms / 1000 for e, what in said if what == wanted), None)

        return float(until(raised, LONG_S, f"{condition} in {priority}"))

    def alarm_over(self, condition: str) -> bool:
        """Whether that alarm is gone, or stands only until somebody has seen that it was."""
        alarm = self.alarm(condition)
        return alarm is None or alarm.state == "LATCHED"

    def close(self) -> None:
        """End everything that was started here, also by a viewer: its recorder outlives it."""
        for child in reversed(self.children):
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in reversed(self.children):
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
            if child.stdout is not None:
                child.stdout.close()
        for pid in processes_of(self.home):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def processes_of(folder: Path) -> dict[int, str]:
    """pid and command line of every process started with ``folder`` in its environment, whoever its parent is now."""
    found: dict[int, str] = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "environ").read_bytes() and int(process.name) != os.getpid():
                found[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it ended while we looked, or belongs to somebody else
    return found
