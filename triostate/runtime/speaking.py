"""What a session says to its browser: the document that it is attached to, and the way there.

A document comes, goes, is hidden and comes back, on a stream of its own or a shared one. Knows
nothing of handlers; what there is to say waits in the outbox.
"""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Collection

from triostate.protocol.effects import Effect
from triostate.protocol.scripts import ScriptCall
from triostate.protocol.uplink import EventSequence
from triostate.runtime.callbacks import ScriptCallbacks
from triostate.runtime.lanes import Lane
from triostate.runtime.lifecycle import Departure, Happening, Phase
from triostate.runtime.living import Living
from triostate.runtime.outbox import Outbox
from triostate.runtime.snapshot import public_state, public_value
from triostate.runtime.stream import Stream
from triostate.runtime.surroundings import Surroundings
from triostate.state.codec import JSON
from triostate.state.expr import VarRef
from triostate.state.patch import pointer
from triostate.state.router import ROUTER, RouterData, is_router, router_values
from triostate.state.tree import StateTree

__all__ = ["Speaking"]

logger = logging.getLogger("triostate")


class Speaking(Living):
    """What lives and has a browser's tab to speak to."""

    tree: StateTree

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.outbox = Outbox(
            self.token,
            self._public_state,
            lambda var: public_value(self.tree, around.states, var),
        )
        self.events = EventSequence("")
        self.router = RouterData()
        self.page = ""
        self._reads: Collection[VarRef] | None = None
        """The vars that the document on the stream is told of; None for all public ones."""
        self.stream: Stream | None = None
        self.stream_id = ""
        self.callbacks = ScriptCallbacks()

    def attach(
        self,
        stream: Stream,
        router: RouterData,
        page: str,
        epoch: str,
        *,
        reads: Collection[VarRef] | None = None,
        seen: int | None = None,
        fresh: bool = False,
    ) -> None:
        """Give the session a stream to speak through; an older one is told that it is replaced.

        The document (``epoch``) is told of the vars that it ``reads``, of all public ones by
        default; ``seen`` is the last frame that it says it has applied. Runs of ``scope="page"``
        end where the tab shows another page, or the same at another path.
        """
        if self.stream is not None and self.stream is not stream:
            self.stream.end_session(self.token, "replaced")
        self.stream = stream
        self.stream_id = stream.id
        has_moved = (page, _path_of(router)) != (self.page, _path_of(self.router))
        if router != self.router:
            self.router = router
            self.tree.computed.invalidate(ROUTER)
        if self.departure is not Departure.HIDDEN or epoch != self.events.epoch:
            self.departure = Departure.SILENT  # a hidden document says when it is shown
        if has_moved:
            self._left_page()
            self.page = page
        if epoch != self.events.epoch:
            self.events = EventSequence(epoch)
            seen = None  # a new document has nothing that frames could be applied to
        self._reads, only = reads, None
        if reads is not None:
            only = frozenset(pointer((ref.state, ref.name)) for ref in reads)
            self.tree.computed.keep_sent(only)  # what only another page shows is run no more
        self.outbox.attach(self.events.done, seen, append=stream.append, only=only)
        stream.join(self._lane(stream, epoch, fresh=fresh))
        self._move(Happening.ATTACH)

    @abstractmethod
    def _left_page(self) -> None:
        """Take note that the tab is about to show another page."""

    def _public_state(self) -> dict[str, dict[str, JSON]]:
        state = public_state(self.tree, self.around.states, self._reads)
        return {**state, **router_values(self.router)} if self._shows_router() else state

    def _shows_router(self) -> bool:
        if self._reads is None:
            return self.around.shows_router
        return any(is_router(ref) for ref in self._reads)

    def _lane(self, stream: Stream, epoch: str, *, fresh: bool) -> Lane:
        return Lane(
            self.token,
            self.outbox,
            epoch,
            fresh,
            stream.append,
            on_lost=lambda: self.detach(stream),
            on_failed=self._cannot_speak,
        )

    def _cannot_speak(self, error: BaseException) -> None:
        """End the session: what it has to say cannot be made into a frame."""
        self._report("the stream", error)
        self.close()

    def detach(self, stream: Stream) -> None:
        """Take note that a stream has ended; one that was replaced does not matter any more."""
        if self.stream is not stream:
            return
        self.stream = None
        self.outbox.detach()
        if self.phase is Phase.LIVE:
            self._move(Happening.LOST)

    def leave(self, epoch: str) -> None:
        """Take note that the document of this epoch said goodbye."""
        if epoch == self.events.epoch and self.is_open:
            self.departure = Departure.LEFT
            self._set_deadline()
            self.abandon(epoch)

    def abandon(self, epoch: str) -> None:
        """Take note that the document of this epoch reads a shared stream no more."""
        if epoch == self.events.epoch and self.stream is not None and self.stream.is_shared:
            self.stream.leave(self.token)
            self.detach(self.stream)

    def hide(self, epoch: str, *, is_hidden: bool) -> None:
        """Take note that the document of this epoch was hidden or frozen, or is shown again."""
        if epoch == self.events.epoch and self.is_open and self.departure is not Departure.LEFT:
            self.departure = Departure.HIDDEN if is_hidden else Departure.SILENT
            self._set_deadline()

    def stay(self) -> None:
        """Start the grace anew: the visitor is loading a page, perhaps this tab's own reload."""
        if self.phase is Phase.DETACHED and self.departure is Departure.LEFT:
            self._set_deadline()

    def send(self, effect: Effect) -> None:
        """Queue an effect for the browser; raise OutboxFullError if too many wait."""
        if isinstance(effect, ScriptCall):
            self._check_module(effect.args["module"])
            effect = self.callbacks.number(effect)
        self.outbox.add_effect(effect)

    def _check_module(self, module: str) -> None:
        known = self.around.modules_of(self.page)
        if known is not None and module not in known:
            logger.warning(
                "call_script: the page on show gives no script the name %r: write "
                "ts.script(src, name=%r) on it",
                module,
                module,
            )


def _path_of(router: RouterData) -> str:
    """Return the path that a tab shows, without what is asked of it."""
    return router.url.partition("?")[0]
