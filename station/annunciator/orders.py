"""What goes through the pipe, one JSON line each: orders to the annunciator, a status back for every one of them."""

from __future__ import annotations

from typing import Annotated

import msgspec

Sound = Annotated[str, msgspec.Meta(pattern="^(|low|medium|high)$")]


class Order(msgspec.Struct, frozen=True):
    """Once a second, and at once when ``sound`` changes. ``sound`` is the priority to sound.

    Orders are the recorder's heartbeat: without one the annunciator cries out by itself. ``goodbye`` ends it in peace.
    """

    beat: int
    sound: Sound = ""
    goodbye: bool = False


class Status(msgspec.Struct, frozen=True):
    """The answer to order ``beat``. ``callbacks`` counts how often the device took sound: that is the heartbeat of the
    sound itself. ``fault`` is "" or one sentence on why nothing can be heard.
    """

    beat: int
    callbacks: int
    fault: str
