"""The match of any BCP-47 language tag with the languages that a model knows.

A region never matters (`de-AT` finds `de`), but the script does: a model that writes Serbian in
Cyrillic does not serve `sr-Latn`. Distances come from the Unicode CLDR, through ``langcodes``.
"""

from __future__ import annotations

from collections.abc import Iterable

import langcodes

_SAME = 5
"""Largest distance between two tags of one language; regions differ by at most this."""
_NEAR = 30
"""Largest distance that makes a language worth naming when another was asked for."""


def tag_of(code: str) -> str | None:
    """Return the BCP-47 tag of a code like ``deu_Latn``, ``en_XX`` or ``zh``, ``None`` if none."""
    code = code.removesuffix("_XX").replace("_Hang", "_Kore")  # BCP-47 writes Korean in the latter
    if not langcodes.tag_is_valid(code):
        return None
    return str(langcodes.Language.get(code).simplify_script().to_tag())


def find(tag: str, known: Iterable[str]) -> str | None:
    """Return the nearest known tag of the same language and script, ``None`` if there is none."""
    script = _script(tag)
    # Some languages are no distance apart (Twi and Akan): the tag itself comes first.
    near = [(langcodes.tag_distance(tag, other), other != tag, other) for other in known
            if script in (None, _script(other))]
    distance, _, nearest = min(near, default=(_SAME + 1, True, ""))
    return nearest if distance <= _SAME else None


def refuse(name: str, direction: str, tag: str, known: Iterable[str]) -> str:
    """Return the line that refuses a language and names near and known ones.

    The word ``direction`` is "from" or "into".
    """
    known = list(known)
    ranked = sorted((langcodes.tag_distance(tag, other), other) for other in known)
    near = [other for distance, other in ranked if distance <= _NEAR][:5]
    listed = ", ".join(known) if len(known) <= 20 else f"{len(known)} languages"
    hint = f"near ones: {', '.join(near)}; " if near else ""
    return f"{name}: does not translate {direction} {tag!r}; {hint}it knows: {listed}"


def _script(tag: str) -> str | None:
    script = langcodes.Language.get(tag).maximize().script
    return str(script) if script else None
