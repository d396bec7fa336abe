"""What does a crawl look like to a scheduler? It begins or resumes a round, takes its time, and is done once.

A process of its own, with nothing but the standard library, because a simulated year begins it hundreds of times:
`python tests/bench/schedule_step.py FOLDER ROUND --new|--resume`.
"""

import fcntl
import os
import signal
import sys
import time
from pathlib import Path

STEP_S = 0.12


def main(folder: Path, round_name: str, how: str) -> int:
    log = folder / "log.txt"

    def say(what: str) -> None:
        with log.open("a") as lines:
            lines.write(f"{what} {round_name}\n")

    with (folder / "sites.lock").open("w") as sites:
        try:
            fcntl.flock(sites, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("OVERLAP")
            return 1
        said = log.read_text().splitlines() if log.exists() else []
        if f"done {round_name}" in said:
            say("again")
            return 0
        if (how == "--resume") != (f"begin {round_name}" in said):
            say("WRONG")
        say("begin" if how == "--new" else "resume")
        signal.signal(signal.SIGINT, lambda *_: sys.exit(1))
        (folder / "step.pid").write_text(str(os.getpid()))
        time.sleep(STEP_S)
        say("done")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
