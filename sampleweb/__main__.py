"""Serves the sample web: `python -m sampleweb --port N`; an ordinary HTTP proxy for the described hosts."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from sampleweb.describe import world
from sampleweb.proxy import serve


def main() -> None:
    ask = argparse.ArgumentParser(prog="python -m sampleweb", description=__doc__)
    ask.add_argument("--port", type=int, default=8890, help="port on 127.0.0.1; 0 takes a free one")
    ask.add_argument("--log", action="store_true", help="print every request: host, address, status")
    given = ask.parse_args()
    count = len(world().sites)

    def ready(port: int) -> None:
        print(f"serving {count} hosts on http://127.0.0.1:{port}", flush=True)

    def watch(host: str, address: str, status: int) -> None:
        print(f"{host}\t{address}\t{status}", flush=True)

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(given.port, ready=ready, watch=watch if given.log else None))


if __name__ == "__main__":
    main()
