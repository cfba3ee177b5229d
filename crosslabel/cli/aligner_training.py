"""Training of the statistical aligner by commands that project with it, on their input pairs."""

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
    """Yield the options, with an aligner trained on the pairs if one of the methods needs it.

    Faults in lines of the bitext are named on stderr. The aligner is removed after the block.

    Args:
        bitext: TSV file in the languages of the pairs, as additional training data.

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
    """Return the bitext with its languages, or ``None`` without a file or without pairs."""
    from crosslabel.pipeline.aligner.bitext import Bitext

    languages = sorted({(pair.source.lang, pair.target.lang) for pair in pairs})
    if path is None or not languages:
        return None
    if len(languages) > 1:
        named = ", ".join(f"{source}-{target}" for source, target in languages)
        raise InputError(f"{path}: a bitext has one pair of languages, but the rows have {named}; "
                         "project one pair of languages at a time")
    bitext = Bitext(path, *languages[0])
    bitext.check()
    return bitext
