"""What is the body behind its Content-Encoding, and what is left of it where the coding is broken?"""

import sys
import zlib

import brotli  # type: ignore[import-untyped,unused-ignore]

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

CAP_BYTES = 20_000_000
ACCEPT_ENCODING = "gzip, deflate, br, zstd"  # what `inflate` can undo

_GZIP = zlib.MAX_WBITS + 16
# A body of a million empty members would keep us busy for hours; block-compressed ones have a few hundred.
_MOST_MEMBERS = 1000
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
# A server may send windows of up to 8 MB (RFC 9659); a bigger one would be memory that a stranger makes us take.
_ZSTD_OPTIONS = {int(zstd.DecompressionParameter.window_log_max): 23}


class TooLarge(Exception):
    """The body is bigger than the cap once inflated."""


class BadEncoding(Exception):
    """The body does not hold what its Content-Encoding promises; `partial` is what could be read."""

    def __init__(self, why: str, partial: bytes = b"") -> None:
        super().__init__(why)
        self.partial = partial


def inflate(wire: bytes, encodings: str | None, cap_bytes: int = CAP_BYTES) -> bytes:
    """The body behind a Content-Encoding header such as "gzip" or "deflate, br" (undone last first).

    Words that name no coding ("utf-8", "none") are passed over, as browsers do.
    Raises TooLarge and BadEncoding.
    """
    codings = [word.strip() for word in (encodings or "").lower().split(",")]
    body = wire
    while codings and body:
        try:
            body = _undo(codings.pop(), body, cap_bytes)
        except BadEncoding as error:
            # Half of an outer coding, with an inner one still on it, is of no use to a reader.
            raise BadEncoding(str(error), b"" if codings else error.partial) from error
    if len(body) > cap_bytes:
        raise TooLarge("bigger than the cap once inflated")
    return body


def _undo(coding: str, body: bytes, cap_bytes: int) -> bytes:
    if coding in ("gzip", "x-gzip"):
        return _gunzip(body, cap_bytes)
    if coding == "deflate":
        return _undeflate(body, cap_bytes)
    if coding == "br":
        return _unbrotli(body, cap_bytes)
    if coding == "zstd":
        return _unzstd(body, cap_bytes)
    if coding in ("dcb", "dcz", "compress", "x-compress"):
        raise BadEncoding(f"{coding}: cannot be undone here")
    return body


def _unzip(wire: bytes, window_bits: int, cap_bytes: int) -> tuple[bytes, bytes]:
    """(what the stream holds, what follows it)."""
    stream = zlib.decompressobj(window_bits)
    try:
        body = stream.decompress(wire, cap_bytes + 1)
    except zlib.error as error:
        raise BadEncoding(str(error), _before_error(wire, window_bits, cap_bytes)) from error
    if len(body) > cap_bytes:
        raise TooLarge("bigger than the cap once inflated")
    if not stream.eof:
        raise BadEncoding("the compressed body is cut short", body)
    return body, stream.unused_data


def _before_error(wire: bytes, window_bits: int, cap_bytes: int) -> bytes:
    """What a damaged stream gives before its damage: zlib throws it away when fed all at once."""
    stream = zlib.decompressobj(window_bits)
    body = bytearray()
    for start in range(0, len(wire), 64):
        try:
            body += stream.decompress(wire[start : start + 64], cap_bytes)
        except zlib.error:
            break
        if len(body) >= cap_bytes:
            break
    return bytes(body[:cap_bytes])


def _gunzip(wire: bytes, cap_bytes: int) -> bytes:
    """Several members in a row are one body; other leftovers behind a member are nobody's."""
    body, rest = b"", wire
    for _ in range(_MOST_MEMBERS):
        try:
            piece, rest = _unzip(rest, _GZIP, cap_bytes - len(body))
        except BadEncoding as error:
            raise BadEncoding(str(error), body + error.partial) from error
        body += piece
        if not rest.startswith(b"\x1f\x8b"):
            return body
    raise BadEncoding(f"more than {_MOST_MEMBERS} gzip members", body)


def _undeflate(wire: bytes, cap_bytes: int) -> bytes:
    """The word means a zlib stream; half of the servers that say it send the bare one inside."""
    has_zlib_header = len(wire) > 1 and wire[0] & 0x0F == 8 and (wire[0] << 8 | wire[1]) % 31 == 0
    if has_zlib_header:
        return _unzip(wire, zlib.MAX_WBITS, cap_bytes)[0]
    return _unzip(wire, -zlib.MAX_WBITS, cap_bytes)[0]


def _unbrotli(wire: bytes, cap_bytes: int) -> bytes:
    stream = brotli.Decompressor()
    body = bytearray()
    feed = wire
    try:
        while not stream.is_finished():
            piece = stream.process(feed, output_buffer_limit=cap_bytes + 1 - len(body))
            body += piece
            if len(body) > cap_bytes:
                raise TooLarge("bigger than the cap once inflated")
            if not piece and not feed:
                raise BadEncoding("the compressed body is cut short", bytes(body))
            feed = b""
    except brotli.error as error:
        raise BadEncoding(f"brotli: {error}", bytes(body)) from error
    return bytes(body)


def _unzstd(wire: bytes, cap_bytes: int) -> bytes:
    """Several frames in a row are one body, as with gzip."""
    body, rest = bytearray(), wire
    for _ in range(_MOST_MEMBERS):
        stream = zstd.ZstdDecompressor(options=_ZSTD_OPTIONS)
        try:
            feed = rest
            while not stream.eof:
                piece = stream.decompress(feed, cap_bytes + 1 - len(body))
                body += piece
                if len(body) > cap_bytes:
                    raise TooLarge("bigger than the cap once inflated")
                if not piece and stream.needs_input:
                    raise BadEncoding("the compressed body is cut short", bytes(body))
                feed = b""
        except zstd.ZstdError as error:
            raise BadEncoding(f"zstd: {error}", bytes(body)) from error
        rest = stream.unused_data
        if not rest.startswith(_ZSTD_MAGIC):
            return bytes(body)
    raise BadEncoding(f"more than {_MOST_MEMBERS} zstd frames", bytes(body))
