"""Translation of texts that belong to no corpus."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from crosslabel.library.arguments import checked, is_list
from crosslabel.library.names import DeviceName
from crosslabel.library.places import local_place
from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.pipeline.storage.shipped import TRANSLATION_MODEL
from crosslabel.projection.errors import InputError, at

if TYPE_CHECKING:
    from crosslabel.library.places import Place
    from crosslabel.pipeline.models.manifest import Model
    from crosslabel.pipeline.recipe.protect import RuleName



@dataclass(frozen=True, slots=True)
class Translated:
    """The translation of one text; ``None`` if there is none, and ``reasons`` say why."""

    text: str | None
    reasons: tuple[str, ...] = ()


class Translator:
    """A translation model.

    >>> mt = cl.Translator.from_pretrained("mt-en-de-es")
    >>> mt.translate(["Anna left."], source="en", target="de")
    """

    def __init__(self, model: Model, device: DeviceName = "auto") -> None:
        self.model = model
        if device not in get_args(DeviceName):
            raise InputError(f"device={device!r}: choose one of {', '.join(get_args(DeviceName))}")
        self._engine = Engine(device=device)

    @classmethod
    @checked()
    def from_pretrained(
        cls,
        model: Place = TRANSLATION_MODEL,
        *,
        revision: str | None = None,
        device: DeviceName = "auto",
    ) -> Translator:
        """Find a translation model, and convert it to CTranslate2 if that was not done before.

        Args:
            model: shipped name, folder, or hub name.
            revision: of a model of the hub: commit, tag or branch.
            device: ``auto``, ``cpu`` or ``cuda``.

        Raises:
            InputError: there is no such model, or it is of another kind.
        """
        return cls(translation_model(str(model), revision), device)

    @property
    def languages(self) -> tuple[list[str], list[str]]:
        """The languages that it translates from, and those that it translates into."""
        languages = self.model.manifest.languages
        return list(languages.source), list(languages.target)

    @checked()
    def translate(
        self, texts: Sequence[str], *, source: str, target: str, beam: int = 4,
        protect: Sequence[str] | None = None,
    ) -> list[str | None]:
        """Translate texts sentence by sentence.

        Args:
            texts: of any length; an empty text stays empty.
            source, target: languages, such as ``en`` and ``de``.
            beam: beam size.
            protect: rules of what stays as it is, such as ``urls``; all but ``numbers`` if left
                out.

        Returns:
            The translations in order. ``None`` stands for a text that cannot be translated, and a
            warning says why.

        Raises:
            InputError: the model does not know the languages, or cannot be loaded.
        """
        results = self.results(texts, source=source, target=target, beam=beam, protect=protect)
        for number, result in enumerate(results):
            if result.text is None:
                warnings.warn(f"text {number}: not translated: {'; '.join(result.reasons)}",
                              stacklevel=3)
        return [result.text for result in results]

    @checked()
    def results(
        self, texts: Sequence[str], *, source: str, target: str, beam: int = 4,
        protect: Sequence[str] | None = None,
    ) -> list[Translated]:
        """Translate texts as :meth:`translate` does, with the reasons where it is not possible."""
        from crosslabel.pipeline.translate_texts import translate_texts

        given = _checked(texts)
        results = translate_texts(given, source, target, self.model,
                                  TranslationSection(beam=beam), self._engine, _rules(protect))
        return [Translated(result.fields.get("text"), tuple(result.reasons)) for result in results]

    @checked()
    def translate_file(
        self, file: Place, *, source: str, target: str, beam: int = 4
    ) -> tuple[list[str], list[str]]:
        """Translate a text file line by line.

        Args:
            file: UTF-8 text, one text per line.
            source, target, beam: as for :meth:`translate`.

        Returns:
            The translated lines, empty where there is no translation, and a message for each of
            those.

        Raises:
            InputError: as :meth:`translate`, or the file cannot be read.
        """
        path = local_place(file, "a file to translate")
        texts, problems = _read(path)
        results = self.results(texts, source=source, target=target, beam=beam)
        problems += [f"{at(path, number)}: not translated: {reason}"
                     for number, result in enumerate(results, start=1) for reason in result.reasons]
        return [result.text or "" for result in results], problems

    @property
    def warning(self) -> str | None:
        """What a user of the model should know, such as a licence that forbids commercial use."""
        return self.model.manifest.warning

    def __repr__(self) -> str:
        source, target = self.languages
        shown = [", ".join(langs[:8]) + (" …" if len(langs) > 8 else "")
                 for langs in (source, target)]
        return f"Translator({self.model.manifest.name!r}, from {shown[0]} to {shown[1]})"


def _checked(texts: Iterable[str]) -> list[str]:
    if not is_list(texts):
        raise InputError(f"texts: is a {type(texts).__name__}; give a list of texts")
    given = list(texts)
    for number, text in enumerate(given):
        if not isinstance(text, str):
            raise InputError(f"texts: number {number} is a {type(text).__name__}; give texts only")
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise InputError(f"texts: number {number} holds half of a surrogate pair; write the "
                             "whole character")
    return given


def _rules(names: Sequence[str] | None) -> tuple[RuleName, ...] | None:
    from crosslabel.pipeline.recipe.protect import RULE_NAMES

    if names is None:
        return None
    unknown = [name for name in names if name not in RULE_NAMES]
    if unknown:
        raise InputError(f"protect: there is no rule {unknown[0]!r}; "
                         f"there are {', '.join(RULE_NAMES)}")
    return tuple(name for name in RULE_NAMES if name in names)


def _read(file: Path) -> tuple[list[str], list[str]]:
    """Return the lines of a file, empty if not UTF-8, and the errors of such lines."""
    from crosslabel.projection.files.lines import decode, lines

    texts, problems = [], []
    for number, line in lines(file):
        try:
            texts.append(decode(line))
        except InputError as error:
            texts.append("")
            problems.append(f"{at(file, number)}: {error}")
    return texts, problems
