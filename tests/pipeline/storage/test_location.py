"""What names a place on the local disk, and what names one in a store."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.storage.location import as_local, is_local, location, relative
from crosslabel.projection.errors import InputError

NAME = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=12
               ).filter(lambda name: name not in (".", ".."))
KEY = st.lists(NAME.filter(lambda name: not set("?*[]#%~") & set(name)), min_size=1, max_size=4)
BUCKET = st.from_regex(r"[a-z0-9][a-z0-9-]{2,10}", fullmatch=True)


@given(st.lists(NAME, min_size=1, max_size=4), st.booleans())
def test_text_without_a_scheme_is_a_local_path(names: list[str], absolute: bool) -> None:
    text = "/" * absolute + "/".join(names)
    assert location(text) == Path(text)
    assert is_local(location(text))


@given(NAME)
def test_a_file_url_is_a_local_path(name: str) -> None:
    assert location(f"file:///folder/{name}") == Path("/folder") / name


@given(BUCKET, KEY)
def test_a_place_in_a_store_is_written_as_it_was_given(bucket: str, key: list[str]) -> None:
    text = f"s3://{bucket}/{'/'.join(key)}".rstrip("/")
    place = location(text)
    assert not is_local(place)
    assert str(place) == text
    assert location(str(place)) == location(place) == location(f"{text}/") == place
    assert pickle.loads(pickle.dumps(place)) == place


@given(BUCKET, KEY, KEY)
def test_what_is_joined_is_found_again(bucket: str, above: list[str], below: list[str]) -> None:
    folder = location(f"s3://{bucket}/{'/'.join(above)}")
    file = folder / "/".join(below)
    assert file.name == below[-1]
    assert relative(file, folder) == "/".join(below)
    local = Path("/", *above)
    assert relative(local / "/".join(below), local) == "/".join(below)


@pytest.mark.parametrize(("text", "said"), [
    ("s3://", "names no place; write s3://bucket/folder"),
    ("nowhere://a/b", "no driver is known for nowhere://"),
    ("simplecache::s3://a/b", "one scheme only"),
])
def test_what_nothing_reaches_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(InputError, match=r"^[^\n]*$") as error:
        location(text)
    assert str(error.value).startswith(f"{text}: ")
    assert said in str(error.value)


def test_a_missing_driver_names_the_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import fsspec

    def missing(scheme: str) -> None:
        raise ImportError(f"install what reaches {scheme}")

    monkeypatch.setattr(fsspec, "get_filesystem_class", missing)
    with pytest.raises(InputError, match=r"s3://a/b: .* pip install 'crosslabel\[s3\]'"):
        location("s3://a/b")


def test_what_must_be_local_says_so() -> None:
    assert as_local(Path("here"), "the model") == Path("here")
    with pytest.raises(InputError, match="s3://a/b: the model must be on the local disk"):
        as_local(location("s3://a/b"), "the model")
