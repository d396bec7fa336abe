"""How does a message leave this machine? By Apprise, to an address that is a secret.

The one file of this room that speaks to the outside, and only to the operator's own channels. An address comes from the
environment or from a file that nobody else may read. It stands in no log, no error and no database: the logs of Apprise
and of what it sends by are switched off, because their words may hold the address.
"""

import logging
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from archive.database import Trouble

Send = Callable[[str, str, str], bool]  # address, title, body -> whether the service took it

_LOGS = ("apprise", "urllib3", "requests")  # whose words may hold an address


class NoAddress(Trouble):
    """The secret address of a channel is not there, or lies where others can read it; str() never holds the address."""


def address_from(channel: str, env: str | None, file: Path | None, environ: Mapping[str, str]) -> str:
    """The address of a channel. Raises NoAddress."""
    if env is not None:
        text = environ.get(env, "").strip()
        if not text:
            raise NoAddress(f"alerts: channel {channel}: the environment has no {env}")
        return text
    assert file is not None, "the border lets in one of the two"
    return _address_in(channel, file)


def _address_in(channel: str, file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as handle:
            status = file.stat()
            text = handle.read().strip()
    except FileNotFoundError:
        raise NoAddress(f"alerts: channel {channel}: there is no file {file}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise NoAddress(f"alerts: channel {channel}: {file} cannot be read ({type(error).__name__})") from None
    if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077:
        mode = stat.S_IMODE(status.st_mode)
        raise NoAddress(f"alerts: channel {channel}: others may read {file} (mode {mode:o}); chmod 600 {file}")
    if not text or len(text.splitlines()) != 1:
        raise NoAddress(f"alerts: channel {channel}: {file} is to hold one address, alone on its line")
    return text


def by_apprise(address: str, title: str, body: str) -> bool:
    """Sends one message to one address; whether the service took it. Raises NoAddress where Apprise knows none such."""
    import apprise  # loads a hundred services: only where something is sent

    for name in _LOGS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    asset = apprise.AppriseAsset(app_id="saytmetr", app_desc="saytmetr", async_mode=False, secure_logging=True)
    service = apprise.Apprise(asset=asset)
    if not service.add(address):
        raise NoAddress("this address is none that Apprise can use")
    return bool(service.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT))
