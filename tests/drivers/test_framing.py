"""The framer alone: bounds, offsets, blanks, stuffing and the sum."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from drivers.core.framing import BadFrame, DelimitedFramer, sum8, unstuffed
from drivers.core.measurement import FrameError


def even(piece: bytes) -> bytes:
    """A protocol in which a frame has an even length."""
    if len(piece) % 2:
        raise BadFrame("length")
    return piece


def flags() -> DelimitedFramer[bytes]:
    return DelimitedFramer(b"\x7e", even, longest=8, opened=True)


def lines() -> DelimitedFramer[bytes]:
    return DelimitedFramer(b"\n", even, longest=8, blank=b"\x00\r ")


def test_pieces_between_flags_are_frames_and_empty_ones_are_nothing() -> None:
    framer = flags()
    assert framer.feed(b"~ab~~cd~~~~ef~") == [b"ab", b"cd", b"ef"]
    assert (framer.stats.frames, framer.stats.errors, framer.stats.bytes_skipped) == (3, 0, 0)


def test_what_comes_before_the_first_flag_is_no_frame() -> None:
    assert flags().feed(b"ab~cd~") == [FrameError("short", 0, 2), b"cd"]


def test_offsets_count_from_the_start_of_the_stream() -> None:
    framer = flags()
    assert framer.feed(b"~ab~abc~") == [b"ab", FrameError("length", 4, 3)]
    assert framer.feed(b"a") + framer.finish() == [FrameError("cut", 8, 1)]
    framer.reset()
    assert framer.feed(b"~x~") == [FrameError("length", 10, 1)]


def test_an_overlong_piece_is_one_error_and_then_all_is_well() -> None:
    framer = flags()
    assert framer.feed(b"~" + b"x" * 9) == []
    assert framer.feed(b"y" * 100 + b"~ab~") == [FrameError("overlong", 1, 109), b"ab"]
    assert framer.stats.bytes_skipped == 109


def test_blanks_between_lines_are_skipped_in_silence() -> None:
    framer = lines()
    assert framer.feed(b"\x00\r\n\r\nab\r\n\x00  cd\n") == [b"ab", b"cd"]
    assert framer.feed(b"\x00" * 50 + b"odd\r\n") == [FrameError("length", 65, 3)]
    assert framer.finish() == []
    assert framer.stats.bytes_skipped == 3


def test_a_half_frame_is_forgotten_at_reset_and_counted() -> None:
    framer = flags()
    framer.feed(b"~abc")
    framer.reset()
    assert framer.feed(b"~de~") == [b"de"]
    assert (framer.stats.errors, framer.stats.bytes_skipped) == (0, 3)


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=6))
def test_pieces_of_any_size_give_the_same(stream: bytes, cuts: list[int]) -> None:
    stream = stream.replace(b"\x01", b"~").replace(b"\x02", b"\n")
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    for make in (flags, lines):
        whole, split = make(), make()
        expected = whole.feed(stream) + whole.finish()
        got = [found for a, b in pairwise(edges) for found in split.feed(stream[a:b])]
        assert got + split.finish() == expected
        assert split.stats == whole.stats


def stuffed(data: bytes) -> bytes:
    """Bytes one at a time, as the manual tells it."""
    out = b""
    for byte in data:
        out += bytes([0x7D, byte & ~0x20]) if byte in (0x7E, 0x7D) else bytes([byte])
    return out


@given(st.lists(st.sampled_from([0x7D, 0x7E, 0x5D, 0x5E, 0x20, 0x00]), max_size=30).map(bytes))
def test_unstuffing_undoes_stuffing(data: bytes) -> None:
    assert unstuffed(stuffed(data)) == data


@given(st.lists(st.sampled_from([0x7D, 0x5D, 0x5E, 0x41, 0x00]), max_size=12).map(bytes))
def test_any_escape_sets_bit_5_and_a_lone_one_at_the_end_is_refused(piece: bytes) -> None:
    plain, escaped = b"", False
    for byte in piece:
        if byte == 0x7D and not escaped:
            escaped = True
            continue
        plain += bytes([byte | 0x20 if escaped else byte])
        escaped = False
    if escaped:
        with pytest.raises(BadFrame, match="grammar"):
            unstuffed(piece)
    else:
        assert unstuffed(piece) == plain


@given(st.binary(max_size=1500))
def test_the_quick_sum_is_the_sum(data: bytes) -> None:
    assert sum8(data) == sum(data) % 256


def test_the_quick_sum_holds_for_the_heaviest_record() -> None:
    assert sum8(b"\xff" * 1490) == 1490 * 255 % 256
