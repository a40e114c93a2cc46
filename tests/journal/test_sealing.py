"""A sealed file opens for its recipient alone, whole and unchanged."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.keys import KeyFileError, SigningKey
from journal.sealing import CHUNK_BYTES, OpeningKey, SealBroken, SealedWriter, SealingKey, open_sealed

KEY = OpeningKey.generate()
HEADER = b'{"for":"head office"}\n'


def sealed(content: bytes, recipient: SealingKey = KEY.public) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, recipient, HEADER)
    for start in range(0, len(content), 50_000):
        writer.write(content[start : start + 50_000])
    writer.finish()
    return file.getvalue()


def opened(data: bytes, key: OpeningKey = KEY) -> bytes:
    file = io.BytesIO(data)
    header = file.readline()
    return b"".join(open_sealed(file, header, key))


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_what_is_sealed_can_be_opened(size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    assert opened(sealed(content)) == content


def test_nobody_else_can_open_it() -> None:
    with pytest.raises(SealBroken, match="another recipient"):
        opened(sealed(b"secret"), OpeningKey.generate())


def test_the_content_is_not_in_the_file() -> None:
    assert b"secret" not in sealed(b"secret" * 1000)


WHOLE = sealed(b"one entry after the other " * 6000)


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_changed_byte_is_found(place: int, change: int) -> None:
    broken = bytearray(WHOLE)
    broken[place] ^= change
    with pytest.raises(SealBroken):
        opened(bytes(broken))


@given(st.integers(0, len(WHOLE) - 1))
def test_a_missing_end_is_found(length: int) -> None:
    with pytest.raises(SealBroken):
        opened(WHOLE[:length])


@pytest.mark.parametrize("more", [b"\0", b"x" * (CHUNK_BYTES + 16)])
def test_bytes_added_at_the_end_are_found(more: bytes) -> None:
    with pytest.raises(SealBroken):
        opened(WHOLE + more)


def test_a_file_cut_off_between_two_chunks_is_found() -> None:
    start = len(HEADER) + 80
    with pytest.raises(SealBroken):
        opened(WHOLE[: start + CHUNK_BYTES + 16])


def test_chunks_cannot_change_places() -> None:
    start, step = len(HEADER) + 80, CHUNK_BYTES + 16
    first, second, rest = WHOLE[start : start + step], WHOLE[start + step : start + 2 * step], WHOLE[start + 2 * step :]
    with pytest.raises(SealBroken):
        opened(WHOLE[:start] + second + first + rest)


def test_a_key_is_kept_in_a_file_of_its_owner(tmp_path) -> None:
    path = tmp_path / "archive.key"
    KEY.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert OpeningKey.load(path).public.to_base64() == KEY.public.to_base64()
    assert opened(sealed(b"x", SealingKey.from_base64(KEY.public.to_base64())), OpeningKey.load(path)) == b"x"
    with pytest.raises(KeyFileError, match="never overwritten"):
        KEY.save(path)


def test_a_key_of_another_kind_is_refused(tmp_path) -> None:
    path = tmp_path / "journal.key"
    SigningKey.generate().save(path)
    with pytest.raises(KeyFileError, match="X25519 key is needed"):
        OpeningKey.load(path)
