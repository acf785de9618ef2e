"""A chair's device on its line: what arrives goes to the chair, and the chair's alarms are stepped at once."""

from __future__ import annotations

from collections.abc import Callable

import drivers
from drivers.core.capture import CaptureWriter, Limits
from drivers.core.link import ConnectionState, Link
from drivers.core.measurement import Item
from station.clock import Clock
from station.config import Config, Folders, make_private
from station.recorder.chair import Chair
from station.recorder.vitals import Source


class Listener:
    """``link`` is run by the recorder; ``step`` is called after each delivery, ``log`` with faults of the capture."""

    def __init__(
        self,
        chair: Chair,
        source: Source,
        config: Config,
        folders: Folders,
        clock: Clock,
        step: Callable[[Chair], None],
        log: Callable[[str], None],
    ) -> None:
        module = drivers.load(source.device)
        self._chair, self._name, self._clock, self._step = chair, source.name, clock, step
        self._driver = module.Driver(source=source.name)
        self.link = Link(
            source.port,
            self._driver,
            module.INFO,
            deliver=self._deliver,
            changed=self._changed,
            now_ns=clock.now_ns,
            capture=self._capture(source, config, folders, log) if config.raw_capture else None,
        )

    def heard(self) -> None:
        """Tell the chair how far the line has come."""
        self._chair.heard(self._name, self.link.last_good_ns, self.link.good_frames, self._driver.period_s)

    def _deliver(self, items: list[Item], at_ns: int) -> None:
        self._chair.accept(self._name, items, at_ns)
        self.heard()
        self._step(self._chair)

    def _changed(self, state: ConnectionState, sentence: str) -> None:
        self._chair.line_changed(self._name, state.value, sentence, self._clock.now_ns())

    def _capture(self, source: Source, config: Config, folders: Folders, log: Callable[[str], None]) -> CaptureWriter:
        keep = Limits(keep_bytes=int(config.raw_capture_mb * 1e6), keep_s=config.raw_capture_days * 86400)
        return CaptureWriter(
            make_private(folders.captures),
            driver=source.device,
            port=source.port,
            utc_ns=lambda: self._clock.utc_ms(self._clock.now_ns()) * 1_000_000,
            report=log,
            limits=keep,
        )
