"""A translation model as a translator of marked texts."""

from __future__ import annotations

from collections.abc import Sequence

from crosslabel.pipeline.models.manifest import Manifest
from crosslabel.pipeline.recipe import TranslationSection
from crosslabel.pipeline.translation.translator import Translator
from crosslabel.projection.errors import InputError
from crosslabel.projection.markers import CONVENTIONS, Markers
from crosslabel.projection.markers.translating import Translated


class MarkedTranslator:
    """Translates marked texts by a
    :class:`crosslabel.pipeline.translation.translator.Translator`.

    Args:
        decoding: beam size and length penalty.
        markers: the convention; by default the one that the model's manifest names.

    Raises:
        InputError: no convention is given, and the manifest names none.
    """

    def __init__(
        self, translator: Translator, decoding: TranslationSection, markers: Markers | None = None
    ) -> None:
        self._translator = translator
        self._decoding = decoding
        self._markers = markers or convention(translator.model.manifest)

    @property
    def markers(self) -> Markers:
        """The convention that the model keeps."""
        return self._markers

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Translated]:
        """Translate texts from ``source`` into ``target`` (BCP-47 tags), in order.

        Raises:
            InputError: the model does not translate in this direction.
        """
        translations = self._translator.translate(texts, source, target, self._decoding)
        return [Translated(t.text, t.score, t.reason) for t in translations]


def convention(manifest: Manifest) -> Markers:
    """Return the markers that a translation model was tuned to keep.

    Raises:
        InputError: its manifest names no known convention.
    """
    known = ", ".join(CONVENTIONS)
    if manifest.markers is None:
        raise InputError(f"{manifest.name}: not tuned to keep markers, or its model.json does not "
                         f"say which; name a convention: {known}")
    if manifest.markers not in CONVENTIONS:
        raise InputError(f"{manifest.name}: model.json names the unknown convention "
                         f"{manifest.markers!r} of markers; known: {known}")
    return CONVENTIONS[manifest.markers]
