"""The far end of a pseudo-terminal as a process of its own: ``device.py FD COUNT GAP_MS FRAME_HEX``.

Writes each frame but its last byte, rests, then writes that byte and notes the steady ns just before. The notes come
on stdout, one a line.
"""

from __future__ import annotations

import os
import sys
import time


def main() -> None:
    """Speak and tell."""
    fd, count, gap_s, frame = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) / 1000, bytes.fromhex(sys.argv[4])
    written_ns = []
    for _ in range(count):
        os.write(fd, frame[:-1])
        time.sleep(gap_s)
        written_ns.append(time.monotonic_ns())
        os.write(fd, frame[-1:])
        time.sleep(gap_s)
    sys.stdout.write("\n".join(map(str, written_ns)))


if __name__ == "__main__":
    main()
