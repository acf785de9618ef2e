"""What holds for every driver, named nowhere here: a file in ``drivers/`` is found and must pass."""

from __future__ import annotations

import random
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st
from sample import S, display, errors, heard, nothing, numerics, spoken

import drivers
import simulators
from drivers.core.catalogue import METRICS
from drivers.core.framing import REASONS
from drivers.core.measurement import AlertKind, DeviceAlert, Numeric

SECONDS = 12
NAMES = drivers.names()
SAID = {name: spoken(name, [display(second) for second in range(SECONDS)]) for name in NAMES}
every_driver = pytest.mark.parametrize("name", NAMES)


def test_every_driver_has_a_simulator_to_meet() -> None:
    assert set(NAMES) <= set(simulators.device_names())
    assert NAMES, "no driver was found"


@every_driver
def test_what_the_display_shows_is_what_arrives(name: str) -> None:
    shown = {second: display(second) for second in range(SECONDS)}
    found = numerics(heard(name, SAID[name]))
    assert {item.metric for item in found} == drivers.load(name).INFO.metrics
    first_s = min(item.determined_at for item in found if item.determined_at is not None) // S
    for item in found:
        assert item.value is not None, item
        if item.determination_id is None:
            assert item.determined_at is not None
            sent = getattr(shown[item.determined_at // S - first_s], item.metric.lower())
            assert item.value == pytest.approx(sent, abs=0.05), item


@every_driver
def test_whole_bytewise_and_splits_give_equal_items(name: str) -> None:
    stream = b"".join(SAID[name])
    whole = heard(name, [stream])
    assert whole
    assert heard(name, [stream[at : at + 1] for at in range(len(stream))]) == whole

    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.integers(0, len(stream)), max_size=8))
    def split(cuts: list[int]) -> None:
        edges = [0, *sorted(cuts), len(stream)]
        assert heard(name, [stream[a:b] for a, b in pairwise(edges)]) == whole

    split()


@every_driver
@settings(max_examples=40, deadline=None)
@given(noise=st.binary(min_size=1, max_size=60), second=st.integers(0, SECONDS - 1), where=st.floats(0, 1))
def test_noise_costs_at_most_the_frames_it_touches(name: str, noise: bytes, second: int, where: float) -> None:
    said = SAID[name]
    at = int(where * len(said[second]))
    noisy = said[second][:at] + noise + said[second][at:]
    touched = {second - 1 if at == 0 else second, second + 1 if at == len(said[second]) else second}
    clean = [_seen(item) for item in numerics(heard(name, said)) if item.determination_id is None]
    got = [_seen(item) for item in numerics(heard(name, [*said[:second], noisy, *said[second + 1 :]]))]
    times = sorted({at_ns for *_, at_ns in clean})
    for seen in clean:
        if times.index(seen[-1]) + SECONDS - len(times) not in touched:
            assert seen in got, f"{noise!r} in second {second} took away {seen}"


def _seen(item: Numeric) -> tuple[object, ...]:
    return item.metric, item.value, item.validity, item.determined_at


@every_driver
def test_damaged_frames_never_yield_a_value_that_was_not_sent(name: str) -> None:
    chance = random.Random(11)
    said = [chunk for chunk in SAID[name] if chunk]
    sent = {(item.metric, item.value) for item in numerics(heard(name, said))}
    integrity = drivers.load(name).INFO.integrity
    foreign = bytes(sorted(set(range(256)) - set(b"".join(said)))) or bytes(range(256))
    refused = 0
    for trial in range(1500):
        chunk, other = chance.choice(said), chance.choice(said)
        at = chance.randrange(len(chunk))
        match trial % 4:
            case 0 if integrity == "sum8":  # one byte changed always changes the sum
                hurt = chunk[:at] + bytes([chance.choice([b for b in range(256) if b != chunk[at]])]) + chunk[at + 1 :]
            case 0:  # without a checksum: bytes the grammar has no place for
                hurt = chunk[:at] + bytes([chance.choice(foreign)]) + chunk[at + 1 :]
            case 1:
                hurt = chunk[:at] + chunk[at + 1 :]
            case 2:
                hurt = chunk[:at]
            case _:  # the head of one frame and the tail of another, of a length neither had
                there = chance.randrange(len(other))
                hurt = chunk[:at] + other[there + (there == at) :]
        items = heard(name, [hurt, chance.choice(said)])
        refused += bool(errors(items))
        for item in numerics(items):
            assert item.value is None or (item.metric, item.value) in sent, (trial % 4, at, item, hurt)
    assert refused > 1000, f"only {refused} of 1500 damaged frames were refused: the test damages too little"


@every_driver
@pytest.mark.parametrize("byte", [b"\x00", b"U", b"\xff"])
def test_an_endless_frame_is_not_kept(name: str, byte: bytes) -> None:
    driver = drivers.load(name).Driver()
    chunk = byte * 4096
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(256):
            for item in driver.receive(chunk, None):
                del item
        kept = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert kept < 8192, f"{kept} bytes kept of 1 MB"
    assert driver.stats.bytes == 1 << 20
    whole = b"".join(SAID[name])
    found = numerics([*driver.receive(b"\n~" + whole, None)])
    assert len(found) >= len(numerics(heard(name, [whole]))) // 2, "no way back to the frames after the flood"


@every_driver
def test_items_are_of_the_table_and_of_this_driver(name: str) -> None:
    info = drivers.load(name).INFO
    assert info.name == name
    probe_off = [nothing(second) for second in range(3)]
    for item in heard(name, SAID[name] + spoken(name, probe_off) + [b"\n~junk~\n"]):
        if isinstance(item, Numeric):
            assert item.metric in info.metrics
            assert item.unit == METRICS[item.metric].unit
            assert item.validity.usable == (item.value is not None)
            assert item.source == name
        elif isinstance(item, DeviceAlert):
            assert item.kind in set(AlertKind)
            assert item.metric in info.metrics | {""}
            assert item.priority in {"high", "medium", "low", "none"}
        else:
            assert item.reason in REASONS


@every_driver
def test_no_reading_is_never_a_number(name: str) -> None:
    found = numerics(heard(name, spoken(name, [nothing(second) for second in range(6)])))
    assert {item.metric for item in found} == drivers.load(name).INFO.metrics
    assert {item.value for item in found} == {None}


@every_driver
def test_the_end_of_input_cuts_once(name: str) -> None:
    said = SAID[name][-1]
    driver = drivers.load(name).Driver()
    before = driver.stats.errors
    list(driver.receive(said[: -len(said) // 3], None))
    assert [item.reason for item in errors(list(driver.finish(None)))] == ["cut"]
    assert driver.stats.errors == before + 1
    assert list(driver.finish(None)) == []


@every_driver
def test_bytes_are_all_accounted_for(name: str) -> None:
    driver = drivers.load(name).Driver()
    stream = b"".join(SAID[name])
    list(driver.receive(stream, None))
    assert (driver.stats.errors, driver.stats.bytes, driver.stats.bytes_skipped) == (0, len(stream), 0)
    assert driver.stats.frames >= SECONDS - 1
    list(driver.receive(b"???", None))
    (cut,) = errors(list(driver.finish(None)))
    assert (cut.offset, cut.length, driver.stats.bytes_skipped) == (len(stream), 3, 3)


@every_driver
def test_a_line_opened_anew_starts_clean_and_stats_go_on(name: str) -> None:
    driver = drivers.load(name).Driver()
    first = list(driver.receive(b"".join(SAID[name]) + SAID[name][-1][:9], None))
    frames = driver.stats.frames
    driver.reset()
    again = list(driver.receive(b"".join(SAID[name]), None))
    assert driver.stats.frames == 2 * frames
    assert not errors(again)
    assert [_seen(item) for item in numerics(again)] == [_seen(item) for item in numerics(first)]


@every_driver
@pytest.mark.parametrize("answering", [True, False])
def test_only_requests_of_the_allow_list_are_sent(name: str, answering: bool) -> None:
    module = drivers.load(name)
    driver, device = module.Driver(), simulators.load(name).Device()
    sent = set()
    for quarter in range(400):
        now_s = quarter / 4
        if quarter == 300:
            driver.reset()
        request = driver.tick(int(now_s * S))
        sent.add(request)
        device.hear(request, now_s)
        if answering and now_s % 1 == 0 and not 40 < now_s < 60:
            list(driver.receive(device.say(now_s, display(int(now_s) % SECONDS)), int(now_s * S)))
    sent.add(driver.farewell())
    assert sent - {b""} <= module.REQUESTS
    assert (len(sent) > 1) == bool(module.REQUESTS), "a list and nothing sent, or the other way round"
