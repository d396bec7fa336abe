"""How do pages get looked at in a browser while the round goes on at full speed?

The round's own loop turns slowly when many sites answer at once: a look asks the browser a hundred small things, one
after the other, and each would wait for a whole turn. So the browser lives in a thread with a loop of its own. Only
what a page asks of its site comes back to the round's loop, where the gate, the pace and the archive are.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, Self

from spiders.browser import Browser, Deliver, Delivered, Document, Limits, Seen, Unlooked, View, Wanted
from spiders.pressing import Choose


class BrowserApart:
    """A Browser for the loop in which it was made. Starts with the first look; close() ends it and its thread."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._browser = Browser(limits)
        self._home = asyncio.get_running_loop()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._looks = 0
        self._warming: asyncio.Future[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def is_free(self) -> bool:
        """Whether a look that came now would wait for nobody."""
        return self._looks < self._browser.limits.at_once

    def warm(self) -> None:
        """Starts the browser, if it has not been: a look will come soon, and need not wait for it then."""
        if self._warming is None:
            self._warming = asyncio.ensure_future(self._warm())

    async def _warm(self) -> None:
        with suppress(Unlooked):  # whoever looks first will be told
            await self._there(self._browser.start())

    @property
    def version(self) -> str:
        return self._browser.version

    async def look(
        self,
        document: Document,
        deliver: Deliver,
        view: View,
        *,
        press: Choose | None = None,
        on_turn: Callable[[float], None] | None = None,
        **wishes: Any,
    ) -> Seen:
        """Browser.look; `deliver`, `press` and `on_turn` are called in the loop of whoever asks. Raises Unlooked."""
        home = self._home

        async def deliver_at_home(wanted: Wanted) -> Delivered | str | None:
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_called(deliver, wanted), home))

        async def choose_at_home(url: str, html: str) -> Sequence[int]:
            assert press is not None
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_chosen(press, url, html), home))

        def tell(seconds: float) -> None:
            if on_turn is not None:
                home.call_soon_threadsafe(on_turn, seconds)

        self._looks += 1
        try:
            chooser = choose_at_home if press is not None else None
            looking = self._browser.look(document, deliver_at_home, view, press=chooser, on_turn=tell, **wishes)
            seen: Seen = await self._there(looking)
            return seen
        finally:
            self._looks -= 1

    async def close(self) -> None:
        if self._loop is None or self._thread is None:
            return
        if self._warming is not None:
            await self._warming
        await self._there(self._browser.close())
        await self._there(_all_ended())
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join)
        self._loop.close()
        self._loop = self._thread = None

    async def _there(self, what: Coroutine[Any, Any, Any]) -> Any:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="browser", daemon=True)
            self._thread.start()
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(what, self._loop))


async def _all_ended() -> None:
    """Ends what Playwright began and nobody waits for: answers to a page that is gone."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _called(deliver: Deliver, wanted: Wanted) -> Delivered | str | None:
    return await deliver(wanted)


async def _chosen(press: Choose, url: str, html: str) -> Sequence[int]:
    return await press(url, html)
