"""Raw captures: written and read back, cut, rotated, pruned, and no harm from a full disk."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from drivers.core.capture import CaptureWriter, Header, Limits, is_capture, read_capture

UTC_NS = 1_767_225_600_000_000_000
S = 1_000_000_000


def writer(folder: Path, said: list[str] | None = None, **limits: float) -> CaptureWriter:
    """A writer whose wall clock goes on by one second at each opening."""
    opened = iter(range(1000))
    report = [].append if said is None else said.append
    return CaptureWriter(
        folder,
        "ge_dri",
        "/dev/serial/by-id/usb-x:1",
        utc_ns=lambda: UTC_NS + next(opened) * S,
        report=report,
        limits=Limits(**limits),  # type: ignore[arg-type]
    )


def test_what_was_written_is_read_back_with_its_times(tmp_path: Path) -> None:
    capture = writer(tmp_path / "raw")
    chunks = [(5 * S, b"\x7e\x00"), (6 * S, b""), (7 * S, bytes(range(256)))]
    for at_ns, data in chunks:
        capture.write(data, at_ns)
    capture.close()
    (path,) = (tmp_path / "raw").iterdir()
    assert is_capture(path)
    found = read_capture(path)
    assert found.header == Header("ge_dri", "/dev/serial/by-id/usb-x:1", UTC_NS, 5 * S)
    assert (found.chunks, found.whole) == (chunks, True)
    assert found.utc_ns(7 * S) == UTC_NS + 2 * S
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_chunk_cut_anywhere_is_dropped_and_the_rest_kept(tmp_path: Path) -> None:
    capture = writer(tmp_path)
    capture.write(b"first", 1)
    capture.write(b"second", 2)
    capture.close()
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for cut in range(1, len(b"second") + 12):
        path.write_bytes(whole[:-cut])
        found = read_capture(path)
        assert (found.chunks, found.whole) == ([(1, b"first")], False)


@pytest.mark.parametrize(
    "content", [b"", b"\x7e1\x00", b"INFCAP1\n", b"INFCAP1\n\xff\xff\xff\xff{}", b"INFCAP1\n\x02\0\0\0{}"]
)
def test_a_file_that_is_none_is_told_apart(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    assert is_capture(path) == content.startswith(b"INFCAP1\n")
    with pytest.raises(ValueError, match=r"raw capture.*\."):
        read_capture(path)


def test_files_end_by_size_and_by_age(tmp_path: Path) -> None:
    capture = writer(tmp_path, file_bytes=1000, file_s=60.0)
    for second in range(100):
        capture.write(b"x" * 100, second * S)
    capture.close()
    found = [read_capture(path) for path in sorted(tmp_path.iterdir())]
    assert [chunk for one in found for chunk in one.chunks] == [(n * S, b"x" * 100) for n in range(100)]
    assert len(found) > 8
    assert max(path.stat().st_size for path in tmp_path.iterdir()) < 1200
    slow = writer(tmp_path / "slow", file_s=60.0)
    for second in (0, 59, 60, 119, 121):
        slow.write(b"x", second * S)
    slow.close()
    assert [len(read_capture(path).chunks) for path in sorted((tmp_path / "slow").iterdir())] == [2, 2, 1]


def test_the_oldest_files_of_this_port_go_first(tmp_path: Path) -> None:
    other = tmp_path / "ge_dri-dev_ttyS0-1.infcap"
    other.write_bytes(b"another port's")
    capture = writer(tmp_path, file_bytes=1000, keep_bytes=4000)
    for second in range(200):
        capture.write(b"x" * 100, second * S)
    capture.close()
    kept = sorted(path for path in tmp_path.iterdir() if path != other)
    assert sum(path.stat().st_size for path in kept) <= 4000
    assert read_capture(kept[-1]).chunks[-1][0] == 199 * S
    assert other.exists()
    aged = writer(tmp_path / "aged", file_s=1.0, keep_s=3.0)
    for second in range(10):
        aged.write(b"x", second * 2 * S)
    aged.close()
    assert len(list((tmp_path / "aged").iterdir())) == 4


def test_a_full_disk_is_told_once_and_disturbs_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    capture = writer(tmp_path, said)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        for second in range(50):
            capture.write(b"x" * 100, second * S)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert capture.failed
    assert len(said) == 1 and said[0].endswith("monitoring goes on without it.")
    (path,) = tmp_path.iterdir()
    assert 5 < len(read_capture(path).chunks) < 10
    capture.write(b"more", 99 * S)
    capture.close()
    assert len(said) == 1


def test_a_folder_that_cannot_be_made_is_told_once(tmp_path: Path) -> None:
    said: list[str] = []
    (tmp_path / "raw").write_text("a file stands in the way")
    capture = writer(tmp_path / "raw", said)
    capture.write(b"x", 1)
    capture.write(b"x", 2)
    assert len(said) == 1
    assert len(list(tmp_path.iterdir())) == 1
