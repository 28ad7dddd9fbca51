"""Decoding gives back what was encoded, in whatever pieces it comes, and never more than the cap."""

import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import ItemError
from transforms.web.decode import BodyDecoder


def _raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


ENCODERS = {
    "": lambda data: data,
    "identity": lambda data: data,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
}


def _decoded(encoding: str, data: bytes, piece: int = 7, cap: int = 10_000_000) -> bytes:
    decoder = BodyDecoder(encoding, cap)
    out = b"".join(part for start in range(0, len(data), piece) for part in decoder.feed(data[start : start + piece]))
    decoder.close()
    return out


@given(st.sampled_from(sorted(ENCODERS)), st.binary(max_size=3000), st.integers(1, 4000))
def test_what_was_encoded_comes_back_in_any_pieces(encoding: str, data: bytes, piece: int) -> None:
    assert _decoded(encoding, ENCODERS[encoding](data), piece) == data


def test_bare_deflate_and_several_gzip_members_are_understood() -> None:
    assert _decoded("deflate", _raw_deflate(b"tank" * 100)) == b"tank" * 100
    assert _decoded("gzip", gzip.compress(b"one ") + gzip.compress(b"two")) == b"one two"
    assert _decoded("gzip", gzip.compress(b"one") + b"\0\0\0") == b"one"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, br"])
def test_a_bomb_stops_at_the_cap_and_takes_little_memory(encoding: str) -> None:
    bomb = ENCODERS[encoding](b"\0" * 100_000_000)
    assert len(bomb) < 200_000
    tracemalloc.start()
    try:
        with pytest.raises(ItemError) as caught:
            decoder = BodyDecoder(encoding, 1_000_000)
            for _ in decoder.feed(bomb):
                pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.reason == "body_too_large"
    assert peak < 25_000_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_damage_is_named_and_a_cut_body_may_pass(encoding: str) -> None:
    whole = ENCODERS[encoding](bytes(range(256)) * 40)
    with pytest.raises(ItemError) as caught:
        _decoded(encoding, b"\x78\xffthis is not compressed at all")
    assert caught.value.reason == "bad_encoding"
    with pytest.raises(ItemError) as caught:
        _decoded(encoding, whole[: len(whole) // 2])
    assert (caught.value.reason, caught.value.transient) == ("connection_reset", True)


@pytest.mark.parametrize("encoding", ["compress", "rot13", "gzip, gzip, gzip", "gzip;q=1", "\x00"])
def test_unknown_codings_are_refused(encoding: str) -> None:
    with pytest.raises(ItemError) as caught:
        BodyDecoder(encoding, 1000)
    assert caught.value.reason == "bad_encoding"


@given(st.sampled_from(["gzip", "deflate", "br", "zstd", "br, zstd"]), st.binary(max_size=400))
def test_any_bytes_decode_or_are_an_item_error(encoding: str, data: bytes) -> None:
    try:
        _decoded(encoding, data, cap=100_000)
    except ItemError as error:
        assert error.reason in ("bad_encoding", "connection_reset", "body_too_large")
