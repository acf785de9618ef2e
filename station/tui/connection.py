"""The recorder as the viewer sees it, and the loop that follows it: poll, notice silence, connect again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from station.wire.client import ConnectionGone
from station.wire.messages import Act, AlarmChanged, CardDrawn, Refused, Saved, SignedIn, Snapshot, TrendView, Unsaved
from station.wire.patient_messages import PatientView

POLL_S = 0.25
SILENT_S = 3.0
RECONNECT_S = 0.5
Answer = Saved | Refused | Unsaved | SignedIn | CardDrawn


class ClientLike(Protocol):
    """What the viewer needs of a client; every call raises ``ConnectionGone`` once the recorder is lost."""

    on_alarm: Callable[[AlarmChanged], None] | None
    token: str

    @property
    def pid(self) -> int:
        """Of the recorder."""
        ...

    @property
    def beat_age_s(self) -> float:
        """Real seconds since the recorder's last heartbeat arrived."""
        ...

    async def poll(self) -> Snapshot:
        """The station now."""
        ...

    async def act(self, chair: str, by: str, act: Act, ago_s: float = 0.0, session: str | None = None) -> Answer:
        """Send an act that happened ``ago_s`` seconds ago, in ``session`` where that matters; the first answer."""
        ...

    async def trend(self, chair: str) -> TrendView:
        """The open session of ``chair`` as curves."""
        ...

    async def patient(self, chair: str, patient: str, identifier: str) -> PatientView:
        """What is known of the patient of this name and second identifier."""
        ...

    async def echo(self) -> None:
        """Tell the recorder that the screen was drawn since the newest heartbeat."""
        ...

    async def close(self) -> None:
        """Leave. Never raises."""
        ...


Connect = Callable[[], Awaitable[ClientLike]]


class Follower:
    """Follows one recorder for ever. ``show`` answers whether the screen was drawn; ``lost`` is told why."""

    def __init__(
        self,
        connect: Connect,
        show: Callable[[Snapshot], Awaitable[bool]],
        lost: Callable[[str], None],
        poll_s: float = POLL_S,
        reconnect_s: float = RECONNECT_S,
    ) -> None:
        self._connect, self._show, self._lost = connect, show, lost
        self.poll_s, self.reconnect_s = poll_s, reconnect_s
        self._wake = asyncio.Event()
        self._client: ClientLike | None = None
        self.token = ""  # of whoever is signed in at this screen, kept over connections to the same recorder
        self._pid: int | None = None

    async def run(self) -> None:
        """Connect, follow, tell of the loss, connect again. Ends only by being cancelled."""
        while True:
            try:
                client = await asyncio.wait_for(self._connect(), SILENT_S)
            except ConnectionGone as gone:
                self._lost(str(gone))
            except TimeoutError:
                self._lost("the recorder does not answer")
            else:
                try:
                    await self._follow(client)
                except ConnectionGone as gone:
                    self._lost(str(gone))
                finally:
                    self._client = None
                    await client.close()
            await asyncio.sleep(self.reconnect_s)

    async def _follow(self, client: ClientLike) -> None:
        client.on_alarm = lambda _: self._wake.set()  # an alarm does not wait for the next poll
        self._client = client
        if self._pid not in (None, client.pid):  # another one knows of nobody's sign-in here
            self.token = ""
        self._pid = client.pid
        while True:
            self._wake.clear()
            try:
                snapshot = await asyncio.wait_for(client.poll(), max(0.05, SILENT_S - client.beat_age_s))
            except TimeoutError:
                raise ConnectionGone(f"the recorder has not answered for {SILENT_S:.0f} s") from None
            if client.beat_age_s > SILENT_S:
                self._lost(f"the recorder's heartbeat has been silent for {client.beat_age_s:.0f} s")
            else:
                if await self._show(snapshot):
                    await client.echo()
            try:
                await asyncio.wait_for(self._wake.wait(), self.poll_s)
            except TimeoutError:
                pass  # nothing new was pushed: the next poll is due

    async def act(self, chair: str, by: str, act: Act, ago_s: float = 0.0, session: str | None = None) -> Answer:
        """Send an act over the connection followed now. Raises ``ConnectionGone``."""
        if self._client is None:
            raise ConnectionGone("the recorder is not connected")
        self._client.token = self.token
        return await self._client.act(chair, by, act, ago_s, session)

    async def trend(self, chair: str) -> TrendView:
        """The curves of ``chair`` over the connection followed now. Raises ``ConnectionGone``."""
        if self._client is None:
            raise ConnectionGone("the recorder is not connected")
        try:
            return await asyncio.wait_for(self._client.trend(chair), SILENT_S)
        except TimeoutError:
            raise ConnectionGone(f"the recorder has not answered for {SILENT_S:.0f} s") from None

    async def patient(self, chair: str, patient: str, identifier: str) -> PatientView:
        """A patient's record over the connection followed now. Raises ``ConnectionGone``."""
        if self._client is None:
            raise ConnectionGone("the recorder is not connected")
        return await self._client.patient(chair, patient, identifier)
