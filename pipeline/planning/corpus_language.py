"""Which rows are in the language of a corpus, by their language tags."""

from __future__ import annotations

from functools import lru_cache

_UNKNOWN = "und"


@lru_cache(maxsize=256)
def is_in_language(tag: str, corpus: str) -> bool:
    """Return whether a tag names the language of a corpus, in its script: ``en-GB`` for ``en``.

    The usual script of a language counts where a tag names none: ``zh-Hant`` is not ``zh``.
    """
    return tag == corpus or _language_and_script(tag) == _language_and_script(corpus)


def _language_and_script(tag: str) -> tuple[str | None, str | None]:
    import langcodes

    try:
        language = langcodes.Language.get(tag)
    except ValueError:
        return tag, None
    if language.language in (None, _UNKNOWN):
        return tag, None
    return language.language, language.maximize().script
