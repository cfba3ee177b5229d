"""A reader of JSON files of articles, and a test that tells them from JSON lines."""

from __future__ import annotations

import codecs
import json
import re
import zlib
from pathlib import Path
from typing import Any

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_FILE_BYTES
from crosslabel.projection.files.lines import open_text

_HEAD_BYTES = 1 << 16
_KEY = re.compile(r'\s*[{,]\s*("(?:[^"\\]|\\.)*")\s*:\s*')
_FIRST_ITEM = re.compile(r"\[\s*(?=\{)")


def read_articles(path: Path) -> list[Any]:
    """Return the articles of a file, the list under ``data``.

    Raises:
        InputError: the file cannot be read, is not JSON, or has no such list.
    """
    try:
        with open_text(path) as file:
            content = file.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise InputError(f"{path}: has more than {MAX_FILE_BYTES:,} bytes, which are read at "
                             "once; cut it into several files")
        text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
        value = json.loads(text, parse_constant=str)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} is {error.object[error.start]:#04x}, not "
                         "UTF-8; convert the file to UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not valid JSON ({error}); correct the file") from error
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot be read ({error}); check the file") from error
    articles = value.get("data") if isinstance(value, dict) else None
    if not isinstance(articles, list):
        raise InputError(f"{path}: has no list 'data' of articles; expected the layout of SQuAD")
    return articles


def has_articles(path: Path) -> bool:
    """Return whether a file begins as an object whose ``data`` lists articles with paragraphs."""
    try:
        with open_text(path) as file:
            head = file.read(_HEAD_BYTES).removeprefix(codecs.BOM_UTF8).decode(errors="ignore")
    except (OSError, EOFError, zlib.error):
        return False
    data = _value_of("data", head, 0)
    first = _FIRST_ITEM.match(head, data) if data is not None else None
    return first is not None and _value_of("paragraphs", head, first.end()) is not None


def _value_of(wanted: str, text: str, place: int) -> int | None:
    """Return where the value of a key of the object at ``place`` begins.

    ``None`` if the text ends before it.
    """
    decoder = json.JSONDecoder()
    while (key := _KEY.match(text, place)) is not None:
        if key[1] == f'"{wanted}"':
            return key.end()
        try:
            _, place = decoder.raw_decode(text, key.end())
        except (ValueError, RecursionError):
            return None
    return None
