"""Does a host's certificate hold, and can we read its pages even so?

The first https request to a host is made the strict way; only where that fails is it made again without checking. So
every https capture knows whether a browser would have trusted it, at no extra cost for those that it would.
"""

import ssl
import warnings


class Trust:
    """Which hosts failed the strict way in this round, and the two ways of asking."""

    def __init__(self) -> None:
        self._strict = ssl.create_default_context()
        self._lenient = _lenient()
        self._distrusted: set[tuple[str, int]] = set()

    def context(self, host: str, port: int) -> ssl.SSLContext:
        return self._lenient if (host, port) in self._distrusted else self._strict

    def distrust(self, host: str, port: int) -> bool:
        """Notes that the strict way failed; False when that was known, and asking again is of no use."""
        known = (host, port) in self._distrusted
        self._distrusted.add((host, port))
        return not known

    def word(self, host: str, port: int) -> str:
        """The contract's word for a host that answered: valid or invalid."""
        return "invalid" if (host, port) in self._distrusted else "valid"


def _lenient() -> ssl.SSLContext:
    """Old servers of small offices speak TLS 1.0 with short keys; they are read all the same, and marked invalid."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.options |= 0x4  # OP_LEGACY_SERVER_CONNECT: no name for it in ssl before Python 3.12
    return context
