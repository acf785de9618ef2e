"""Acts about the room around a chair."""

from __future__ import annotations

from station.wire.frozen import Frozen


class QuietRoom(Frozen, frozen=True, kw_only=True, tag="quiet_room"):
    """The room of this chair is quiet from now on; once more: for as long again, or with ``end`` not any more."""

    end: bool = False
