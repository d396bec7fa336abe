"""What does the whole line do, from 103 sites to two appendix tables? The main job, on the sample web.

Serves the sample web, crawls it as if it were the real one, reads, scores and writes the report. A step that fails
ends the job with its exit status.
"""

import subprocess
import sys
import time
from pathlib import Path

from sampleweb.proxy import running

AS_OF = "2018-08-20"  # the day that the sample sites are built for: the middle of the round of 2018
OUT = Path("output")


def saytmetr(*arguments: str) -> str:
    """Runs one command of saytmetr and gives what it printed."""
    done = subprocess.run([sys.executable, "cli.py", *arguments], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout


def main() -> None:
    started = time.monotonic()
    db = ("--db", str(OUT / "sample.db"))
    archive = OUT / "sample-archive"
    name = time.strftime("sample-%Y%m%d-%H%M%S")
    with running() as proxy:
        crawled = saytmetr(
            "crawl",
            "--as-of",
            AS_OF,
            "--round",
            name,
            "--proxy",
            proxy,
            "--delay",
            "0",
            "--sample",
            *db,
            "--archive",
            str(archive),
        )
    saytmetr("score", "--round", name, *db)
    lines = saytmetr(
        "report", "--round", name, *db, "--format", "docx,html,xlsx,csv,json", "--out", str(OUT / "report")
    )
    saytmetr(
        "report",
        "--round",
        name,
        *db,
        "--format",
        "docx,html,xlsx,csv,json",
        "--lang",
        "en",
        "--out",
        str(OUT / "report"),
    )
    sys.stdout.write(crawled + lines)
    print(f"{time.monotonic() - started:.0f} s. These are invented sites; on the real ones:")
    print("  .venv/bin/saytmetr crawl --contact you@example.org && .venv/bin/saytmetr report")


if __name__ == "__main__":
    main()
