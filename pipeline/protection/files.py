"""Names of files and paths."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crosslabel.pipeline.protection.parts import Part

KIND = "files"
_ENDINGS = (
    "txt pdf doc docx odt rtf tex md rst csv tsv xls xlsx ods ppt pptx odp json jsonl "
    "yaml yml toml ini cfg conf log bak tmp dat bin exe dll iso dmg deb rpm apk jar war "
    "whl zip tar gz tgz bz2 xz 7z rar zst png jpg jpeg gif bmp svg tif tiff webp ico psd "
    "eps mp3 mp4 wav ogg flac avi mov mkv webm htm html xhtml xml css scss js ts jsx tsx "
    "mjs php py pyc ipynb rb pl sh bash bat cmd ps1 java kt swift cpp hpp cs rs lua sql "
    "db sqlite parquet arrow npy npz pkl onnx safetensors gguf lock po xliff xlf srt vtt "
    "epub mobi ttf otf woff woff2 dockerfile gitignore")
_ENDING = "|".join(sorted(f"{_ENDINGS} {_ENDINGS.upper()}".split(), key=len, reverse=True))
_PIECE = r"[\w@+\-]++(?:\.[\w@+\-]++)*"
_ROOTS = ("usr|etc|home|var|opt|tmp|bin|sbin|dev|proc|sys|mnt|media|srv|root|lib|lib64|boot|run|"
          "Users|Applications|Library|Volumes|System|data|app|api|v\\d")
_FILE = re.compile(
    # notes.txt, src/main.py; as long as it may be, and it is cut at the last ending.
    rf"(?<![\w@/.\\\-])(?:{_PIECE}/)*[\w@+\-]+(?:\.[\w+\-]+)*?\.(?:{_ENDING})(?![\w@]|\.\w|/\w)")
_PATH = re.compile(
    rf"(?<![\w/.:<~\\])(?:/(?:{_ROOTS})(?:/[\w.@+~\-]+)+/?"
    rf"|(?:~|\.{{1,2}})/[\w.@+\-]+(?:/[\w.@+\-]+)*/?"
    rf"|/(?:[\w@+\-]+/)*[\w@+\-]+(?:\.[\w+\-]+)*?\.(?:{_ENDING})(?![\w@/]|\.\w))")
_WINDOWS = re.compile(r"(?<!\w)(?:[A-Za-z]:|\\\\[\w.$\-]+)\\"
                      r"(?:[\w.$~@()\-]+(?:\\[\w.$~@()\-]+)*\\?)?")
_HINT = re.compile(r"[./\\]\w")


def find_files(text: str) -> Iterator[Part]:
    """Yield the file names with a known ending of a text, and its paths."""
    if not _HINT.search(text):
        return
    for pattern in (_FILE, _PATH, _WINDOWS):
        for match in pattern.finditer(text):
            end = match.start() + len(match.group().rstrip(".,)"))
            if end > match.start():
                yield Part(match.start(), end, KIND, "name")
