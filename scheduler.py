"""When is the next round? Runs full rounds by the calendar of Baku, one at a time, each with its report."""

import subprocess
import sys
from pathlib import Path

import click
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger

HERE = Path(__file__).parent
ZONE = "Asia/Baku"
MISFIRE_S = 6 * 3600  # a round that the machine slept through is begun late, by up to this much


def run_round(arguments: tuple[str, ...]) -> None:
    """Crawls, then writes the report; a failed step is told on standard error and the next round comes as planned."""
    for command in (["crawl", *arguments], ["score"], ["report"]):
        done = subprocess.run([sys.executable, "cli.py", *command], cwd=HERE, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            click.echo(
                f"scheduler: saytmetr {command[0]} ended with {done.returncode}; no report of this round", err=True
            )
            return


@click.command(context_settings={"help_option_names": ["-h", "--help"], "ignore_unknown_options": True})
@click.option(
    "--cron",
    default="0 2 1 * *",
    show_default=True,
    help="When rounds begin: minute hour day month weekday, Asia/Baku.",
)
@click.option("--next", "only_tell", is_flag=True, help="Print when the next round would begin, and end.")
@click.argument("crawl_options", nargs=-1, type=click.UNPROCESSED)
def main(cron: str, only_tell: bool, crawl_options: tuple[str, ...]) -> None:
    """Run rounds periodically. CRAWL_OPTIONS are handed to `saytmetr crawl` (--contact …)."""
    try:
        trigger = CronTrigger.from_crontab(cron, timezone=ZONE)
    except ValueError as error:
        raise click.BadParameter(f"{cron!r}: {error}", param_hint="--cron") from error
    scheduler = BlockingScheduler(timezone=ZONE)
    job = scheduler.add_job(
        run_round,
        trigger,
        args=[crawl_options],
        max_instances=1,
        coalesce=True,
        misfire_grace_time=MISFIRE_S,
        jitter=None,
    )
    if only_tell:
        from datetime import UTC, datetime

        click.echo(job.trigger.get_next_fire_time(None, datetime.now(UTC)).isoformat())
        return
    scheduler.start()


if __name__ == "__main__":
    main()
