"""Translate with a packed model, through the product."""

from pathlib import Path

from crosslabel.pipeline.models.manifest import describe
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.pipeline.translation.translator import Translator
from training.device import THREADS


class PackedTranslator:
    """A translator with the model of a packed folder."""

    def __init__(self, folder: Path, threads: int = THREADS) -> None:
        self.model = describe(folder)
        self._translator = Translator(self.model, Engine(device="cpu", threads=threads))

    def translate(self, texts: list[str], source: str, target: str, beam: int = 4) -> list[str]:
        """Return the translations of `texts` in order, empty where there is none."""
        results = self._translator.translate(texts, source, target, TranslationSection(beam=beam))
        return [result.text or "" for result in results]
