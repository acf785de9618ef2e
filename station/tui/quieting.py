"""The keys of the quiet room."""

from __future__ import annotations

from textual import work

from station.tui.moving import Moving
from station.wire.room_acts import QuietRoom


class Quieting(Moving):
    """An app that makes the room of the chair shown quiet, and ends it."""

    @work(group="form")
    async def action_quiet_room(self) -> None:
        """Quiet from now on; a quiet room: not any more."""
        view = self.shown
        if view is not None and self._taken("quiet", view) and await self._initials():
            await self.send(view.chair, self.by, QuietRoom(end=view.quiet is not None), view.session)

    @work(group="form")
    async def action_renew_quiet(self) -> None:
        """A quiet room stays quiet for as long again."""
        view = self.shown
        if view is None or not self._taken("quiet", view):
            return
        if view.quiet is None:
            self.refuse("the room is not quiet; Q makes it so")
        elif await self._initials():
            await self.send(view.chair, self.by, QuietRoom(), view.session)
