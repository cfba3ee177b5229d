"""Compressed files: every kind is read alike, damage and false endings are named in one line."""

from __future__ import annotations

import bz2
import gzip
import lzma
import sys
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.readers import guess_format, read
from crosslabel.projection.errors import InputError
from crosslabel.projection.files import lines as reading
from crosslabel.projection.files.compression import without_compression
from crosslabel.projection.files.lines import lines

PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": lambda content: bz2.compress(content, 1),
    ".xz": lzma.compress,
    ".lzma": lambda content: lzma.compress(content, format=lzma.FORMAT_ALONE),
    ".zst": zstandard.ZstdCompressor().compress,
}
KINDS = sorted(PACK)
TEXT = "".join(f'{{"id": "{n}", "lang": "en", "text": "Zürich {n}"}}\n' for n in range(3)).encode()


def _file(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), max_size=8),
       st.sampled_from(KINDS), st.integers(1, 3))
def test_lines_are_those_of_the_unpacked_file_in_any_number_of_streams(
    content: list[bytes], ending: str, streams: int
) -> None:
    whole = b"".join(line + b"\n" for line in content)
    streams = 1 if ending == ".lzma" else streams  # the old form is never joined
    cuts = [len(whole) * n // streams for n in range(streams + 1)]
    packed = b"".join(PACK[ending](whole[start:end])
                      for start, end in pairwise(cuts))
    with TemporaryDirectory() as folder:
        # A byte order mark counts where a file begins, which is elsewhere in the old form.
        first = b"x\n" if ending != ".lzma" else b""
        expected = list(lines(_file(Path(folder), "a.txt", first + whole)))
        begin = PACK[ending](first) if first else b""
        found = list(lines(_file(Path(folder), f"a.txt{ending}", begin + packed)))
    assert [line for _, line in found] == [line for _, line in expected]
    assert [number for number, _ in found] == list(range(1, len(found) + 1))


@pytest.mark.parametrize("ending", KINDS)
@pytest.mark.parametrize("name", ["a.jsonl", "a.JSON"])
def test_rows_and_format_of_a_compressed_file(tmp_path: Path, name: str, ending: str) -> None:
    plain = _file(tmp_path, name, TEXT)
    packed = _file(tmp_path, name + ending.upper(), PACK[ending](TEXT))
    assert guess_format(packed) == "jsonl"
    assert list(read(packed)) == list(read(plain))


@pytest.mark.parametrize("ending", KINDS)
def test_a_file_that_breaks_off_keeps_the_rows_before_and_says_where(
    tmp_path: Path, ending: str
) -> None:
    content = b"".join(b"%d line %d\n" % (n, n * n) for n in range(20_000))
    packed = PACK[ending](content)
    found = lines(_file(tmp_path, f"a.txt{ending}", packed[: len(packed) * 2 // 3]))
    assert next(found) == (1, b"0 line 0")
    with pytest.raises(InputError, match=r"a\.txt\.\w+, row \d+: cannot be read on .* check the"):
        list(found)


@pytest.mark.parametrize("ending", [".bz2", ".gz", ".xz"])  # those that have a checksum
def test_damage_is_never_read_as_another_text(tmp_path: Path, ending: str) -> None:
    packed = bytearray(PACK[ending](TEXT * 50))
    packed[len(packed) // 2] ^= 0xFF
    with pytest.raises(InputError, match="cannot be read on"):
        list(lines(_file(tmp_path, f"a.txt{ending}", bytes(packed))))


@pytest.mark.parametrize(
    ("packed", "named"),
    [(packed, named) for packed in (".bz2", ".gz", ".xz", ".zst")
     for named in ("", ".bz2", ".gz", ".xz", ".zst") if packed != named],
)
def test_a_false_ending_is_one_line_with_the_way_out(
    tmp_path: Path, packed: str, named: str
) -> None:
    file = _file(tmp_path, f"a.jsonl{named}", PACK[packed](TEXT))
    expected = "as its ending says; rename" if named else rf"name it a\.jsonl\{packed}$"
    with pytest.raises(InputError, match=expected):
        list(read(file))


def test_plain_text_under_a_packed_name_is_named(tmp_path: Path) -> None:
    for ending in KINDS:
        with pytest.raises(InputError, match=r"is not packed with .*, as its ending says"):
            list(lines(_file(tmp_path, f"a.jsonl{ending}", TEXT)))


@pytest.mark.parametrize("name", ["a.zip", "a.jsonl.zip", "a.tar.gz", "A.TGZ", "a.7z"])
def test_archives_are_refused_by_name(tmp_path: Path, name: str) -> None:
    for format in ("jsonl", None):
        with pytest.raises(InputError, match=f"{name}: is an archive; unpack it and give"):
            list(read(_file(tmp_path, name, gzip.compress(TEXT)), format=format))


def test_an_archive_under_another_name_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a zip archive; unpack it"):
        list(lines(_file(tmp_path, "a.jsonl", b"PK\x03\x04\x14\0")))


def test_packing_that_is_not_known_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unpack it, or pack it with gzip, bzip2, xz, zstandard"):
        list(read(_file(tmp_path, "a.jsonl.snappy", TEXT), format="jsonl"))


@pytest.mark.parametrize("ending", KINDS)
def test_a_file_that_unpacks_to_far_too_much_is_refused(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_UNPACKED_BYTES", 1 << 16)
    file = _file(tmp_path, f"a.txt{ending}", PACK[ending](b"x" * (1 << 21)))
    with pytest.raises(InputError, match="unpacks to more than 200 times its size"):
        list(lines(file))


def test_a_window_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    large = bytearray(lzma.compress(TEXT))
    assert large[14:16] == b"\x21\x01"  # the only filter, whose property is the dictionary's size
    large[16] = 36  # 1 GiB
    large[20:24] = zlib.crc32(bytes(large[12:20])).to_bytes(4, "little")
    with pytest.raises(InputError, match=r"cannot be read on \(Memory usage limit exceeded\)"):
        list(lines(_file(tmp_path, "a.txt.xz", bytes(large))))
    window = zstandard.ZstdCompressionParameters(window_log=30, enable_ldm=True)
    packer = zstandard.ZstdCompressor(compression_params=window).compressobj()
    packed = packer.compress(TEXT) + packer.flush()
    with pytest.raises(InputError, match=r"cannot be read on .*too much memory"):
        list(lines(_file(tmp_path, "a.txt.zst", packed)))


def test_the_ending_of_the_compression_is_taken_off_names() -> None:
    names = ("a.jsonl.gz", "a.conll.ZST", "a.b.xz", "a.jsonl", "gz", "a.zip")
    assert [without_compression(name) for name in names] == [
        "a.jsonl", "a.conll", "a.b", "a.jsonl", "gz", "a.zip"]


def test_without_its_module_lz4_is_answered_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lz4.frame", None)
    file = _file(tmp_path, "a.jsonl.lz4", b"\x04\x22\x4d\x18")
    with pytest.raises(InputError, match=r"a\.jsonl\.lz4: .*pip install lz4, or unpack the file"):
        list(lines(file))
