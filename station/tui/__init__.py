"""The viewer: draws snapshots, sends acts. Knows the wire and the table of metrics, nothing behind them."""

import os

# The framework draws at its next tick of a clock, which stands still while nothing changes. Here little changes and
# seldom, so a quick clock makes no more frames: each comes 4 ms after what it shows, not 17. Read by its first import.
os.environ.setdefault("TEXTUAL_FPS", "240")
