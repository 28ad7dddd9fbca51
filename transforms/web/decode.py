"""Content decoding with a cap on what comes out: a few kilobytes of gzip, br or zstd can hold gigabytes.

Each decoder is incremental and hands out at most `_PIECE` bytes at a time, so that the cap is checked before memory is
taken. Source of the codings: RFC 9110 section 8.4.1, RFC 7932 (br), RFC 8878 (zstd).
"""

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]
import zstandard

from schemas.errors import ItemError

_PIECE = 64 * 1024
_ZSTD_SLICE = 128  # zstandard has no output limit; 128 bytes in hold at most 32 blocks of 128 KiB
_ZSTD_MAX_WINDOW = 8 * 1024 * 1024  # RFC 8878 section 3.1.1.1.2: what a decoder should support at least


class _Decoder(Protocol):
    def feed(self, data: bytes) -> Iterator[bytes]: ...

    def finished(self) -> bool: ...


class _Identity:
    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def finished(self) -> bool:
        return True


class _Zlib:
    """gzip (several members allowed) and deflate (with or without the zlib wrapper, as servers send both)."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._wbits = 16 + zlib.MAX_WBITS if gzip else zlib.MAX_WBITS
        self._object = zlib.decompressobj(self._wbits)
        self._started = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._object.eof:
                if not (self._gzip and data[:2] == b"\x1f\x8b"):
                    return  # padding after the last member is ignored, as gzip itself does
                self._object = zlib.decompressobj(self._wbits)
            if not self._started and not self._gzip and (data[0] & 0x0F) != 8:
                self._object = zlib.decompressobj(-zlib.MAX_WBITS)
            self._started = True
            piece = self._object.decompress(data, _PIECE)
            data = self._object.unused_data if self._object.eof else self._object.unconsumed_tail
            if piece:
                yield piece

    def finished(self) -> bool:
        return self._object.eof or not self._started


class _Brotli:
    def __init__(self) -> None:
        self._object = brotli.Decompressor()
        self._started = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._started = True
        if self._object.is_finished():
            return
        piece = self._object.process(data, output_buffer_limit=_PIECE)
        yield piece
        while not self._object.can_accept_more_data() and not self._object.is_finished():
            yield self._object.process(b"", output_buffer_limit=_PIECE)

    def finished(self) -> bool:
        return not self._started or bool(self._object.is_finished())


class _Zstd:
    def __init__(self) -> None:
        self._object = zstandard.ZstdDecompressor(max_window_size=_ZSTD_MAX_WINDOW).decompressobj()
        self._started = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._started = True
        for start in range(0, len(data), _ZSTD_SLICE):
            if self._object.eof:
                return
            yield self._object.decompress(data[start : start + _ZSTD_SLICE])

    def finished(self) -> bool:
        return self._object.eof or not self._started


def _decoders(content_encoding: str) -> list[_Decoder]:
    names = [name.strip().lower() for name in content_encoding.split(",")]
    decoders: list[_Decoder] = []
    for name in reversed([name for name in names if name not in ("", "identity")]):
        if name in ("gzip", "x-gzip"):
            decoders.append(_Zlib(gzip=True))
        elif name == "deflate":
            decoders.append(_Zlib(gzip=False))
        elif name == "br":
            decoders.append(_Brotli())
        elif name == "zstd":
            decoders.append(_Zstd())
        else:
            raise ItemError("bad_encoding", f"the content encoding {name[:40]!r} is not known")
    if len(decoders) > 2:
        raise ItemError("bad_encoding", f"{len(decoders)} content encodings on top of each other")
    return decoders or [_Identity()]


class BodyDecoder:
    """Decodes one body; raises `ItemError`: `bad_encoding`, `body_too_large`, or `connection_reset` when cut short."""

    def __init__(self, content_encoding: str, max_bytes: int) -> None:
        self._decoders = _decoders(content_encoding)
        self._max_bytes = max_bytes
        self.decoded_bytes = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The decoded pieces that `data`, the next bytes from the wire, completes."""
        try:
            for piece in self._through(0, data):
                self.decoded_bytes += len(piece)
                if self.decoded_bytes > self._max_bytes:
                    raise ItemError("body_too_large", f"the decoded body exceeds {self._max_bytes} bytes")
                yield piece
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            raise ItemError("bad_encoding", f"the compressed body is damaged: {error}") from error

    def _through(self, level: int, data: bytes) -> Iterator[bytes]:
        if level == len(self._decoders):
            yield data
            return
        for piece in self._decoders[level].feed(data):
            yield from self._through(level + 1, piece)

    def close(self) -> None:
        """Checks that nothing is missing at the end."""
        if not all(decoder.finished() for decoder in self._decoders):
            raise ItemError("connection_reset", "the compressed body ends early", transient=True)
