"""What is heard from moment to moment, pure: one sound at a time, repeated as its tone says, silence otherwise."""

from __future__ import annotations

import numpy as np

from station.annunciator.tones import RATE_HZ, Samples, clips, silence

FADE = RATE_HZ // 100  # a sound that is cut off ends within 10 ms, without a crack


class Player:
    """Set ``want`` to a name of ``clips``; ``fill`` gives the samples that follow. They may be two threads."""

    def __init__(self) -> None:
        self.want = ""
        self.clips = clips()
        self._loops = {name: np.concatenate([clip.samples, silence(clip.rest_ms)]) for name, clip in self.clips.items()}
        self._sounding = ""
        self._at = 0

    def fill(self, count: int) -> Samples:
        """The next ``count`` samples. A change is heard within 10 ms, and the new sound begins with its first pulse."""
        want = self.want
        if want == self._sounding:
            return self._take(count)
        fading = min(FADE, count)
        last = (self._take(fading) * np.linspace(1.0, 0.0, fading)).astype(np.int16)
        self._sounding, self._at = want, 0
        return np.concatenate([last, self._take(count - fading)])

    def _take(self, count: int) -> Samples:
        loop = self._loops[self._sounding]
        taken: Samples = loop.take(np.arange(self._at, self._at + count), mode="wrap")
        self._at = (self._at + count) % len(loop)
        return taken
