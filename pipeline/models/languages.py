"""Match any BCP-47 language tag with the languages a model knows.

A region never matters (`de-AT` finds `de`), the script does: a model that writes Serbian in
Cyrillic does not serve `sr-Latn`. Distances are those of the Unicode CLDR, by ``langcodes``.
"""

from __future__ import annotations

from collections.abc import Iterable

import langcodes

_SAME = 5
"""Largest distance of two tags of one language; regions differ by up to this."""
_NEAR = 30
"""Largest distance that makes a language worth naming when another was asked for."""


def tag_of(code: str) -> str | None:
    """BCP-47 tag of a model's own code such as ``deu_Latn``, ``en_XX`` or ``zh``; None if none."""
    code = code.removesuffix("_XX").replace("_Hang", "_Kore")  # BCP-47 has Korean in the latter
    if not langcodes.tag_is_valid(code):
        return None
    return str(langcodes.Language.get(code).simplify_script().to_tag())


def find(tag: str, known: Iterable[str]) -> str | None:
    """The known tag that is the same language in the same script, the nearest one first."""
    script = _script(tag)
    # Some languages are no distance apart (Twi and Akan): the tag itself comes first.
    near = [(langcodes.tag_distance(tag, k), k != tag, k) for k in known
            if script in (None, _script(k))]
    distance, _, best = min(near, default=(_SAME + 1, True, ""))
    return best if distance <= _SAME else None


def refuse(name: str, direction: str, tag: str, known: Iterable[str]) -> str:
    """One line: ``name`` does not translate ``direction`` (from or into) ``tag``; what is near."""
    known = list(known)
    ranked = sorted((langcodes.tag_distance(tag, k), k) for k in known)
    near = [k for distance, k in ranked if distance <= _NEAR][:5]
    listed = ", ".join(known) if len(known) <= 20 else f"{len(known)} languages"
    hint = f"near ones: {', '.join(near)}; " if near else ""
    return f"{name}: does not translate {direction} {tag!r}; {hint}it knows: {listed}"


def _script(tag: str) -> str | None:
    script = langcodes.Language.get(tag).maximize().script
    return str(script) if script else None
