"""What goes through the pipe, one JSON line each: orders to the annunciator, a status back for every one of them."""

from __future__ import annotations

from typing import Annotated

import msgspec

Sound = Annotated[str, msgspec.Meta(pattern="^(|low|medium|high)$")]
Once = Annotated[str, msgspec.Meta(pattern="^(|low|medium|high|reminder)$")]


class Order(msgspec.Struct, frozen=True):
    """Once a second, and at once when ``sound`` changes. ``sound`` is the priority to sound.

    Orders are the recorder's heartbeat: without one the annunciator cries out by itself. ``once``: one burst of that
    tone now, unless something is to be sounded meanwhile. ``goodbye`` ends it in peace.
    """

    beat: int
    sound: Sound = ""
    once: Once = ""
    goodbye: bool = False


class Status(msgspec.Struct, frozen=True):
    """The answer to order ``beat``. ``callbacks`` counts how often sound was taken: that is the heartbeat of the
    sound itself. ``fault`` is "" or one sentence on what is wrong with the sound device; with ``heard`` something
    else sounds in its place, or the device itself does where there is no fault.
    """

    beat: int
    callbacks: int
    fault: str
    heard: bool
