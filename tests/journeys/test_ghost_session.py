"""A patient who comes back: the session before is sent as a ghost, also after a crash, and to nobody else."""

from __future__ import annotations

import asyncio
import signal

import pytest
from station_process import StationProcess, until

from charting.trends import Ghost, Trend
from station.script import SURE
from station.wire.client import Client
from station.wire.messages import CloseSession, ManualVitals, OpenSession, Plan, Saved, StartInfusion, StopInfusion

pytestmark = pytest.mark.journey


def curves(station: StationProcess) -> Trend | None:
    """The open session's curves, as a viewer gets them."""

    async def ask() -> Trend | None:
        client = await Client.connect(station.folders.socket, "script")
        try:
            return (await client.trend("Chair 1")).trend
        finally:
            await client.close()

    return asyncio.run(ask())


def ghost(station: StationProcess) -> Ghost | None:
    """The ghost a viewer gets now."""
    found = curves(station)
    return found.ghost if found is not None else None


def treat(station: StationProcess, patient: str, sys: float, *, end: bool) -> None:
    """A session from its opening to the infusion, and to its end with ``end``."""
    acts = [
        OpenSession(patient=patient, identifier="1980-01-01", weight_kg=70.0),
        Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0),
        StartInfusion(confirmed=SURE),
        ManualVitals(values={"NIBP_SYS": sys, "NIBP_DIA": 80.0}),
    ]
    ends = [StopInfusion(reason="given"), CloseSession(reason="home", confirmed=SURE)] if end else []
    assert all(isinstance(answer, Saved) for answer in station.act(*acts, *ends))


def test_who_comes_back_has_a_ghost_and_nobody_else(station: StationProcess) -> None:
    recorder = station.record()
    treat(station, "GHOST, Alex", 131.0, end=True)
    treat(station, "OTHER, Bo", 150.0, end=True)
    treat(station, "ghost,  ALEX", 140.0, end=False)
    found = until(lambda: ghost(station), what="the ghost")
    assert [sys for _, sys, _ in found.cuffs] == [131.0]
    recorder.send_signal(signal.SIGKILL)
    recorder.wait()
    station.record()
    assert until(lambda: ghost(station), what="the ghost after a crash") == found
    station.act(StopInfusion(reason="given"), CloseSession(reason="home", confirmed=SURE))
    treat(station, "NEW, Chris", 120.0, end=False)
    for _ in range(5):  # it was asked for and read, and there is none
        assert ghost(station) is None
    assert curves(station) is not None
