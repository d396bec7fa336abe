"""Is our own proxy there, before a hundred sites are blamed for its absence?"""

import asyncio
import socket
from urllib.parse import urlsplit

from spiders.wire import ProxyGone, shown


def check_proxy(proxy: str, timeout_s: float) -> None:
    """Raises ProxyGone when nobody listens there. Nothing is asked: a proxy might take any question for a request to
    reach its own machine, which is just what this program must never be seen to do."""
    parts = urlsplit(proxy)
    if parts.scheme != "http" or not parts.hostname:
        raise ProxyGone(f"{proxy!r} is not the address of an HTTP proxy; write it as in http://127.0.0.1:3128")
    try:
        socket.create_connection((parts.hostname, parts.port or 80), timeout=timeout_s).close()
    except OSError as error:
        raise ProxyGone(f"{shown(proxy)} does not answer ({error}); start it, or correct --proxy") from error


async def is_there(proxy: str) -> bool:
    """Whether somebody listens there again."""
    parts = urlsplit(proxy)
    try:
        _, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    except OSError:
        return False
    writer.close()
    return True
