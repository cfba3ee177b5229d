"""Commands that project by a statistical aligner train it first, on the pairs they were given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from crosslabel.cli.terminal import warn
from crosslabel.pipeline.recipe.methods import METHODS
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    from crosslabel.pipeline.aligner.bitext import Bitext
    from crosslabel.pipeline.methods.projectors import ProjectorOptions
    from crosslabel.projection.interface import TextPair


@contextmanager
def trained_for(
    methods: Sequence[str],
    options: ProjectorOptions,
    pairs: Sequence[TextPair],
    bitext: Path | None = None,
) -> Iterator[ProjectorOptions]:
    """The options, with an aligner trained on the pairs if one of the methods needs it.

    What is wrong with lines of the bitext is said on stderr. The aligner lasts as long as the
    block.

    Args:
        bitext: TSV file in the languages of the pairs, to learn from too.

    Raises:
        InputError: the bitext cannot be used.
    """
    if not any(METHODS[method].learns for method in methods):
        yield options
        return
    from crosslabel.pipeline.aligner.training import temporary_aligner

    corpus = [(pair.source, pair.target) for pair in pairs]
    with temporary_aligner(corpus, _in_languages_of(pairs, bitext)) as (path, trained):
        if trained.warning:
            warn(trained.warning)
        yield replace(options, statistical=path)


def _in_languages_of(pairs: Sequence[TextPair], path: Path | None) -> Bitext | None:
    """The bitext with its languages; ``None`` without a file or without pairs to project."""
    from crosslabel.pipeline.aligner.bitext import Bitext

    languages = sorted({(pair.source.lang, pair.target.lang) for pair in pairs})
    if path is None or not languages:
        return None
    if len(languages) > 1:
        named = ", ".join(f"{source}-{target}" for source, target in languages)
        raise InputError(f"{path}: a bitext is of two languages, the rows are of {named}; "
                         "project them one pair of languages at a time")
    bitext = Bitext(path, *languages[0])
    bitext.check()
    return bitext
