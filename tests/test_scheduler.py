"""Does the scheduler know when the next round is, and does it refuse what is no calendar?"""

from datetime import datetime

from click.testing import CliRunner

from scheduler import main


def test_the_next_round_is_told_in_baku_time() -> None:
    told = CliRunner().invoke(main, ["--cron", "30 2 1 * *", "--next", "--contact", "nobody@example.org"])
    assert told.exit_code == 0
    at = datetime.fromisoformat(told.stdout.strip())
    assert (at.day, at.hour, at.minute) == (1, 2, 30)
    offset = at.utcoffset()
    assert offset is not None
    assert offset.total_seconds() == 4 * 3600  # Asia/Baku has no summer time


def test_what_is_no_calendar_is_refused() -> None:
    refused = CliRunner().invoke(main, ["--cron", "every now and then", "--next"])
    assert refused.exit_code == 2
    assert "--cron" in refused.output
