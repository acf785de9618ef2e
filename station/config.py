"""Where things live and what the clinic wrote in station.toml."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import msgspec
import platformdirs

import drivers
from drivers.core.text import clean
from station.errors import USAGE, Trouble
from station.written import load_toml

APP = "infusion-station"
LONGEST_SOCKET_PATH = 100  # bytes; kernels stop between 104 and 108


class Port(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A device at a chair: driver name and a path, by-id path, ``socket://host:port`` or ``rfc2217://host:port``."""

    device: str
    port: str


class ChairConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One chair and its devices; of two that send the same metric the first listed is shown while it has a value."""

    name: str
    port: tuple[Port, ...] = ()


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """station.toml. ``preset`` is a shipped name or a path to a TOML file, ``protocol`` an id (``protocols.py``)."""

    chair: tuple[ChairConfig, ...] = ()
    preset: str = "standard"
    protocol: str = "iv-standard"  # the one that the start page offers first
    raw_capture: bool = True
    sound: bool = True  # false: a choice that is charted, and AUDIO_FAIL stays on the screen in every session
    raw_capture_mb: float = 64.0
    raw_capture_days: float = 14.0


class Folders(msgspec.Struct, frozen=True):
    """``config`` and ``data`` of the platform, or below INFUSION_STATION_HOME; ``runtime`` for socket and lock."""

    config: Path
    data: Path
    runtime: Path

    @property
    def station_toml(self) -> Path:
        return self.config / "station.toml"

    @property
    def events_toml(self) -> Path:
        return self.config / "events.toml"

    @property
    def staff_toml(self) -> Path:
        return self.config / "staff.toml"

    @property
    def drugs_toml(self) -> Path:
        return self.config / "drugs.toml"

    @property
    def protocols(self) -> Path:
        """A clinic's own treatment protocols, one a file."""
        return self.config / "protocols"

    @property
    def ledger(self) -> Path:
        return self.data / "ledger.db"

    @property
    def socket(self) -> Path:
        return self.runtime / "s"

    @property
    def lock(self) -> Path:
        return self.runtime / "lock"

    @property
    def trouble(self) -> Path:
        """The sentence a recorder that could not start left for whoever started it."""
        return self.runtime / "trouble"

    @property
    def spill(self) -> Path:
        """Second place for entries while the chart cannot be written; on another file system where there is one."""
        return self.runtime / "spill.jsonl"

    @property
    def log(self) -> Path:
        return self.data / "recorder.log"

    @property
    def captures(self) -> Path:
        return self.data / "captures"


def folders() -> Folders:
    """The folders of this user's station; none is made yet."""
    home = os.environ.get("INFUSION_STATION_HOME")
    if home:
        config, data = Path(home).absolute() / "config", Path(home).absolute() / "data"
    else:
        config, data = platformdirs.user_config_path(APP), platformdirs.user_data_path(APP)
    # short, because a socket's path may not pass about 100 bytes; one for each data folder
    base = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    mark = hashlib.blake2b(str(data).encode(), digest_size=4).hexdigest()
    return Folders(config, data, base / f"{APP}-{os.getuid()}-{mark}")


def make_private(folder: Path) -> Path:
    """``folder``, made with mode 0700 if it was not there. ``Trouble`` where it is not ours alone."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError as error:
        raise Trouble(
            f"cannot make the folder {folder}: {error.strerror}; choose another with INFUSION_STATION_HOME"
        ) from None
    if found.st_uid != os.getuid():
        raise Trouble(f"{folder} belongs to another user; choose another with INFUSION_STATION_HOME")
    if found.st_mode & 0o077:
        raise Trouble(f"{folder} is open to others; close it with: chmod 700 {folder}")
    return folder


def load(path: Path) -> Config:
    """station.toml checked, or the defaults where there is none."""
    return check(load_toml(path, Config, "station file"), str(path)) if path.exists() else Config()


def check(config: Config, where: str) -> Config:
    """``config`` back, or ``Trouble``: unknown device, a port named twice, chairs of one name, too many."""
    names = [c.name for c in config.chair]
    if len(set(names)) < len(names):
        raise Trouble(f"{where}: two chairs have the same name", USAGE)
    if any(clean(n) != n or not n for n in names):
        raise Trouble(f"{where}: a chair's name is empty or holds control characters", USAGE)
    ports = [p.port for c in config.chair for p in c.port]
    twice = next((p for p in ports if ports.count(p) > 1), None)
    if twice:
        raise Trouble(f"{where}: port {twice} is named twice; a port belongs to one chair", USAGE)
    if not all(p.strip() for p in ports):
        raise Trouble(f"{where}: a port is empty; name the path or address of the device", USAGE)
    for chair in config.chair:
        for port in chair.port:
            check_device(port.device)
    return config


def check_device(name: str) -> str:
    """``name`` back, or ``Trouble`` that lists the drivers there are."""
    if name not in drivers.names():
        raise Trouble(f"no driver is called {clean(name)!r}; there are: {', '.join(drivers.names())}", USAGE)
    return name
