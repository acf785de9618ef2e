"""The garbage collector, while frames are drawn."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 5_000  # made and not yet freed, until it looks; the interpreter has 700


@contextmanager
def out_of_the_way() -> Iterator[None]:
    """Within it the collector passes over what start-up made, and looks at the rest less often: a frame makes thousands
    of short-lived spans, none of them in a reference cycle. A tenth of a chair's frame was the collector's.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
