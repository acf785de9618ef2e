"""What a chair's alarms see: its devices and lines, and the station around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from charting.session import NOT_HEARD, WITHOUT, Phase, SoundTest, State
from station.alarms.facts import LinkFact, Reading
from station.recorder.vitals import Source, Vitals
from station.wire.messages import PortView

# seconds between cuff readings that the chair waits for (alarms.md (b), note under the table)
NIBP_INTERVAL_S = {Phase.BASELINE: 300.0, Phase.INFUSING: 300.0, Phase.HELD: 300.0, Phase.RECOVERY: 600.0}
ALARM_PHASE = {Phase.BASELINE: "BASE", Phase.INFUSING: "INF", Phase.HELD: "INF", Phase.RECOVERY: "REC"}

UNWATCHED_AFTER_S = 5.0
SAID_FRAMES = 3  # as many as end the alarm of a line that is back

Scale = Callable[[int], int]


class Surroundings(msgspec.Struct, frozen=True):
    """What the alarms need to know beyond the chair; steady clinical ns, None where all is well."""

    viewer_gone_ns: int | None = None
    viewer_frozen_ns: int | None = None
    chart_failing_ns: int | None = None
    chart_sentence: str = ""
    audio_failing_ns: int | None = None
    audio_sentence: str = ""
    disk_free_bytes: int | None = None


class PortState(msgspec.Struct):
    """What the link last said of itself."""

    view: PortView
    last_good_ns: int | None = None
    good_frames: int = 0
    period_s: float = 0.0


def heard(
    around: Surroundings, state: State | None, unheard: SoundTest | None, at_ms: int, now_ns: int
) -> Surroundings:
    """``around`` as the open session sees it: sound is none where a person chose to go without in this session, or did
    not hear it at any chair (``unheard``).
    """
    chosen = state.sound if state is not None and state.sound is not None and state.sound.state == WITHOUT else None
    test = unheard or chosen
    if state is None or test is None or around.audio_failing_ns is not None:
        return around
    since_ns = now_ns - (at_ms - test.at_ms) * 1_000_000
    why = (
        f"{test.by}: sound test not heard" if test.state == NOT_HEARD else f"started without sound, {test.by} chose so"
    )
    return msgspec.structs.replace(around, audio_failing_ns=since_ns, audio_sentence=why)


def real_ages(now_ns: int, speed: float) -> Scale:
    """Maps a clinical instant so that its age is the real one: watchdogs of a sped-up demo are never sped up."""
    return lambda at_ns: at_ns if speed == 1 else now_ns - int((now_ns - at_ns) / speed)


def readings(vitals: Vitals, now_ns: int, scaled: Scale) -> tuple[Reading, ...]:
    """Every stream heard so far."""
    unsure = {flag.metric for flag in vitals.flags if flag.kind == "low_signal"}
    return tuple(
        Reading(
            metric=metric,
            value=latest.numeric.value,
            validity=latest.numeric.validity.value,
            updated_ns=None if latest.updated_ns is None else scaled(latest.updated_ns),
            heard_ns=scaled(latest.heard_ns),
            stale_after_s=latest.stale_after_s,
            source=latest.numeric.source,
            low_signal=metric in unsure or "" in unsure,
        )
        for metric in vitals.metrics
        if (latest := vitals.reading(metric, now_ns)) is not None
    )


def links(sources: Iterable[Source], ports: dict[str, PortState], began_ns: int, scaled: Scale) -> tuple[LinkFact, ...]:
    """Every device's line; ``began_ns`` is when we began to listen."""
    return tuple(
        LinkFact(
            source=s.name,
            last_good_ns=None if port.last_good_ns is None else scaled(port.last_good_ns),
            since_ns=scaled(began_ns),
            lost_after_s=None if s.lost_after_s is None else max(s.lost_after_s, 3 * port.period_s),
            good_frames=port.good_frames,
        )
        for s in sources
        for port in (ports[s.name],)
    )


def unwatched(state: State | None, at_ms: int, now_ns: int, heard_frames: int | None) -> tuple[LinkFact, ...]:
    """A chair with a session and without any device, as a line that is silent: until somebody says that there is no
    monitor now and values will be typed, or a recorder that has devices for it hears one: ``heard_frames`` good ones
    (None: it has none).

    """
    if state is None:
        return ()
    typed = state.monitors == ()
    watched = typed or heard_frames is not None
    return (
        LinkFact(
            source="any monitor",
            last_good_ns=None,
            since_ns=now_ns - (at_ms - state.opened_ms) * 1_000_000,
            lost_after_s=None if watched else UNWATCHED_AFTER_S,
            good_frames=SAID_FRAMES if typed else heard_frames or 0,
        ),
    )
