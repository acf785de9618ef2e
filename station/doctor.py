"""``doctor``: what on this machine would keep the station from working well. Each line is a fact, not a guess."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click

from charting.ledger.engine import sqlite_facts
from charting.ledger.verify import verify
from station.annunciator.rungs import PLAYERS, RUNGS, SINK, installed
from station.config import LONGEST_SOCKET_PATH, folders
from station.errors import NO, Trouble

LOW_DISK_BYTES = 500_000_000
PROVING_MS = 1200  # as a player is proven before an alarm needs it


class Finding(NamedTuple):
    """``level``: ok, warn (works, but), bad (will not work)."""

    level: str
    text: str


def doctor() -> int:
    """Print every finding as it comes; exit code 1 if one is bad."""
    ready = True
    for look in LOOKS:
        for finding in _looked(look):
            click.echo(f"{finding.level:<4}  {finding.text}")
            ready = ready and finding.level != "bad"
    if not ready:
        raise Trouble("this machine is not ready; see the lines marked bad", NO)
    return 0


def _looked(look: Callable[[], list[Finding]]) -> list[Finding]:
    """What ``look`` finds; on a machine that is out of order one that fails must not take the others with it."""
    try:
        return look()
    except Exception as fault:
        what = look.__name__.removeprefix("_")
        return [Finding("bad", f"could not look at the {what}: {type(fault).__name__}: {fault}")]


def by_ear() -> int:
    """The sound test; exit code 1 where a tone was not heard."""
    import secrets

    from station.annunciator.child import silence_libraries
    from station.annunciator.ear import sound_test

    silence_libraries()
    sink = os.environ.get(SINK, RUNGS)
    if not sound_test(sink, secrets.choice, lambda question: str(click.prompt(question)), click.echo):
        raise Trouble("the alarm tones were not heard; see the lines marked bad", NO)
    return 0


def _python() -> list[Finding]:
    return [Finding("ok", f"Python {platform.python_version()} on {platform.system()} {platform.release()}")]


def _sqlite() -> list[Finding]:
    facts = sqlite_facts()
    if facts.wal_safe:
        return [Finding("ok", f"SQLite {facts.version} ({facts.library}): WAL with full sync")]
    text = f"SQLite {facts.version} ({facts.library}) has the WAL-reset fault: the chart uses PERSIST with full sync"
    return [Finding("warn", f"{text}; pip install pysqlite3 gives a mended one")]


def _sound() -> list[Finding]:
    """Silence is played on what an alarm would sound with, as the station does; whether it is heard, only ears know."""
    from station.annunciator.child import silence_libraries
    from station.annunciator.ear import play_on
    from station.annunciator.sink import NoSound
    from station.annunciator.tones import silence

    rungs = os.environ.get(SINK, RUNGS).split(",")
    silence_libraries()
    try:
        playing = play_on(",".join(rungs), silence(PROVING_MS))
    except NoSound as fault:
        why = f"no alarm can be heard here ({fault}): only the terminal's bell is left"
        return [Finding("warn", f"{why}; mend the sound, or install one of {_names()}")]
    if playing != rungs[0]:
        return [Finding("warn", f"the sound {rungs[0]} fails; {playing} plays the alarm tones in its place")]
    found = [Finding("ok", f"the sound {playing} takes what is played; hear it with: infusion-station doctor --sound")]
    spare = installed([name for name in rungs[1:] if name in PLAYERS])
    if not spare:
        found.append(Finding("warn", f"should it fail, only the terminal's bell is left: none of {_names()} is here"))
    return found


def _names() -> str:
    return ", ".join(PLAYERS)


def _terminal() -> list[Finding]:
    found = []
    encoding = (sys.stdout.encoding or "").lower()
    utf8 = encoding.replace("-", "") == "utf8"
    found.append(
        Finding(
            "ok" if utf8 else "bad",
            f"terminal text is {encoding or 'unknown'}{'' if utf8 else '; set LANG to a UTF-8 locale'}",
        )
    )
    term = os.environ.get("TERM", "")
    poor = term in ("", "dumb")
    found.append(
        Finding(
            "warn" if poor else "ok",
            f"TERM is {term or 'not set'}{'; the viewer needs a real terminal' if poor else ''}",
        )
    )
    size = shutil.get_terminal_size()
    small = size.columns < 80 or size.lines < 24
    if sys.stdout.isatty():
        found.append(
            Finding(
                "warn" if small else "ok",
                f"terminal is {size.columns}x{size.lines}{'; at least 80x24 is needed' if small else ''}",
            )
        )
    return found


def _folders() -> list[Finding]:
    here = folders()
    found = []
    for name, folder in (("data", here.data), ("config", here.config), ("runtime", here.runtime)):
        if not folder.exists():
            found.append(Finding("ok", f"{name} folder {folder} will be made at the first start"))
        elif not os.access(folder, os.W_OK):
            found.append(
                Finding(
                    "bad",
                    f"{name} folder {folder} cannot be written; choose another with INFUSION_STATION_HOME",
                )
            )
        elif folder != here.config and folder.stat().st_mode & 0o077:
            found.append(Finding("bad", f"{name} folder {folder} is open to others; close it with: chmod 700 {folder}"))
        else:
            found.append(Finding("ok", f"{name} folder {folder}"))
    if len(os.fsencode(here.socket)) > LONGEST_SOCKET_PATH:
        found.append(
            Finding("bad", f"the socket's path {here.socket} is too long; set XDG_RUNTIME_DIR to a short folder")
        )
    return found


def _written() -> list[Finding]:
    """Whether a start would take what people wrote in the config folder."""
    from station.config import load
    from station.drugs import load_drugs
    from station.events import load_events
    from station.presets import preset_called
    from station.staff import read_staff

    looks: tuple[tuple[str, Callable[[Path], object]], ...] = (
        ("station.toml", lambda path: preset_called(load(path).preset)),
        ("events.toml", load_events),
        ("drugs.toml", load_drugs),
        ("staff.toml", read_staff),
    )
    found = []
    for name, look in looks:
        path = folders().config / name
        if path.exists():
            try:
                look(path)
            except Trouble as trouble:
                found.append(Finding("bad", str(trouble)))
            else:
                found.append(Finding("ok", f"{name} can be read"))
    return found


def _protocols() -> list[Finding]:
    from station.config import load
    from station.events import load_events
    from station.protocols import protocols_of

    here = folders()
    try:
        usual, events = load(here.station_toml).protocol, load_events(here.events_toml)
    except Trouble:
        return []  # told by what looks at those files
    try:
        found = protocols_of(here.protocols, usual, events)
    except Trouble as trouble:
        return [Finding("bad", str(trouble))]
    where = f"the shipped ones and those in {here.protocols}" if here.protocols.exists() else "the shipped ones"
    return [Finding("ok", f"{len(found.known)} protocols, {where}; first offered: {found.usual}")]


def _clinic() -> list[Finding]:
    """Whether a start would take what the clinic says of its treatment."""
    from station.clinic import FOLDERS, kept_in, paths

    found = []
    for kept in FOLDERS:
        folder = folders().config / kept.name
        if not folder.exists():
            found.append(Finding("ok", f"{kept.name}: the shipped ones; no folder {folder}"))
            continue
        try:
            kept_in(folders().config, kept)
        except Trouble as trouble:
            found.append(Finding("bad", str(trouble)))
        else:
            names = ", ".join(file.name for file in paths(folder)) or "nothing"
            found.append(Finding("ok", f"{kept.name}: {names} of {folder} over the shipped ones"))
    return found


def _disk() -> list[Finding]:
    folder = next(p for p in (folders().data, *folders().data.parents) if p.exists())
    free = shutil.disk_usage(folder).free
    level = "warn" if free < LOW_DISK_BYTES else "ok"
    return [Finding(level, f"{free / 1e9:.1f} GB free at {folder}")]


def _ledger() -> list[Finding]:
    path = folders().ledger
    if not path.exists():
        return [Finding("ok", "no chart has been written yet")]
    mode = path.stat().st_mode & 0o777
    found = [Finding("ok", f"chart {path}")]
    if mode & 0o077:
        found = [Finding("bad", f"chart {path} is open to others; close it with: chmod 600 {path}")]
    report = verify(path)
    if report.ok:
        return [
            *found,
            Finding("ok", f"chart verifies: {report.entries} entries, {report.numerics} rows of vital signs"),
        ]
    return [*found, Finding("bad", f"the chart does not verify: {report.problems[0]}")]


def _ports() -> list[Finding]:
    from drivers.core.link import ports_here

    found = []
    for port in ports_here():
        usable = os.access(port, os.R_OK | os.W_OK)
        hint = "" if usable else "; add yourself to the group dialout and log in again"
        found.append(Finding("ok" if usable else "warn", f"serial port {port}{hint}"))
    return found or [Finding("ok", "no serial port is plugged in")]


def _clock() -> list[Finding]:
    synced = Path("/run/systemd/timesync/synchronized")
    if not Path("/run/systemd/system").exists():
        return [Finding("warn", "cannot tell whether the clock is synchronised: no systemd here")]
    return [
        Finding(
            "ok" if synced.exists() else "warn",
            f"clock is {'' if synced.exists() else 'not '}synchronised by timesyncd",
        )
    ]


LOOKS: tuple[Callable[[], list[Finding]], ...] = (
    _python,
    _sqlite,
    _sound,
    _terminal,
    _folders,
    _written,
    _protocols,
    _clinic,
    _disk,
    _ledger,
    _ports,
    _clock,
)
