"""A finished corpus: its pairs, counts and rejects, and ways to pass it on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from crosslabel.library.arguments import checked
from crosslabel.library.places import local_place, place
from crosslabel.pipeline.corpus.first_rejects import reject_lines
from crosslabel.pipeline.corpus.reading import pairs, read_manifest, rejects
from crosslabel.pipeline.corpus.records import Pair, Reject
from crosslabel.pipeline.corpus.ruined_rows import ruined_lines
from crosslabel.pipeline.export.export import Exported, export
from crosslabel.pipeline.storage.faults import explained
from crosslabel.pipeline.storage.location import is_local
from crosslabel.projection.errors import CrosslabelError, InputError, first_line

if TYPE_CHECKING:
    from datasets import Dataset
    from pandas import DataFrame

    from crosslabel.finetune.sidecar import Sidecar
    from crosslabel.library.cache import Verified
    from crosslabel.library.places import Place
    from crosslabel.pipeline.run.account import Account as Account
    from crosslabel.pipeline.storage.location import Location

__all__ = ["Corpus", "Exported", "open_corpus"]

_SHOWN_PAIRS = 3


@checked()
def open_corpus(folder: Place) -> Corpus:
    """Open a corpus that was built before.

    >>> corpus = cl.open_corpus("out/demo-ner")
    >>> corpus["de"].to_pandas()

    Args:
        folder: the output folder of a build, local or a URL.

    Raises:
        InputError: the folder holds no finished corpus.
    """
    return Corpus(place(folder))


class Corpus:
    """A finished corpus, or one of its languages: ``corpus["de"]``.

    ``len(corpus)`` is its number of pairs, and iteration yields them as
    :class:`crosslabel.pipeline.corpus.records.Pair`. In a notebook it shows its counts, and a few
    pairs with their spans in colour.

    Attributes:
        folder: the output folder of the build.
        manifest: counts, recipe, models and files, as in ``manifest.json``.
        languages: target languages.
        account: the work of the build that returned this corpus; ``None`` for an opened one.
        warnings: lines of that build about its input, its first rejects, and where all of these
            lie.
    """

    def __init__(
        self,
        folder: Place,
        languages: Sequence[str] | None = None,
        *,
        account: Account | None = None,
        warnings: Sequence[str] = (),
    ) -> None:
        self.folder = place(folder)
        try:
            self.manifest: dict[str, Any] = read_manifest(self.folder)
        except OSError as error:
            raise explained(error) from error
        self.languages = tuple(languages or self.manifest["languages"])
        self.account = account
        self.warnings = tuple(warnings)

    @property
    def name(self) -> str:
        """The name of the recipe."""
        return str(self.manifest["recipe"]["name"])

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of spans or words, in the order of their tags."""
        return tuple(self.manifest["labels"])

    @property
    def task(self) -> str:
        """What is labelled: ``spans``, ``words`` or ``text``."""
        return str(self.manifest.get("task", "spans"))

    def __getitem__(self, lang: str) -> Corpus:
        """Return the part of the corpus in one target language.

        Raises:
            InputError: the corpus has no such language.
        """
        if lang not in self.languages:
            raise InputError(f"{self.folder}: has no language {lang!r}; it has "
                             f"{', '.join(self.languages)}")
        return Corpus(self.folder, [lang], account=self.account, warnings=self.warnings)

    def __contains__(self, lang: object) -> bool:
        """Return whether the corpus has a target language."""
        return lang in self.languages

    def __len__(self) -> int:
        """Return the number of pairs."""
        return sum(self.manifest["languages"][lang]["rows"] for lang in self.languages)

    def __iter__(self) -> Iterator[Pair]:
        """Yield all pairs, language by language."""
        for lang in self.languages:
            yield from pairs(self.folder, lang)

    def to_dataset(self) -> Dataset:
        """Return the pairs as a ``datasets.Dataset``, side a ready for token classification.

        A corpus in a store is copied to the local disk for this.

        Raises:
            InputError: a file of the corpus is missing or damaged.
        """
        from datasets import concatenate_datasets, load_from_disk
        from pyarrow import ArrowException

        options = None if is_local(self.folder) else dict(self.folder.storage_options)
        try:
            parts = [load_from_disk(str(self._part(lang)), storage_options=options)
                     for lang in self.languages]
        except (OSError, ArrowException) as error:
            raise InputError(f"{self.folder}: a file is missing or damaged ({first_line(error)}); "
                             "verify with repair=True moves it aside, and the next build makes it "
                             "again") from error
        return parts[0] if len(parts) == 1 else concatenate_datasets(parts)

    def to_pandas(self) -> DataFrame:
        """Return the pairs as a pandas frame, with the columns of :meth:`to_dataset`."""
        return self.to_dataset().to_pandas()

    def rejects(self) -> list[Reject]:
        """Return the rows that gave no pair, each with its file, row, reasons and text."""
        return [row for lang in self.languages for row in rejects(self.folder, lang)]

    def reject_lines(self) -> list[str]:
        """Return a line for each of the first rejects, and one that says where all of them are."""
        languages = self.manifest["languages"]
        return reject_lines(self.folder, {lang: languages[lang] for lang in self.languages})

    def ruined_lines(self) -> list[str]:
        """Return for each language the first rows with a ruined translation, and their number."""
        languages = self.manifest["languages"]
        return ruined_lines({lang: languages[lang] for lang in self.languages})

    @checked()
    def export(self, format: str, folder: Place | None = None) -> list[Exported]:
        """Write the target side in a format that other tools read, one file per language.

        Args:
            format: one of ``conll``, ``conllu``, ``csv``, ``jsonl``, ``predictions``, ``slots``,
                ``squad``, ``tsv``.
            folder: a local folder; by default ``export`` in the folder of the corpus.

        Returns:
            Each file, with the ids of the rows that the format cannot hold and the reason.

        Raises:
            InputError: there is no such format, or it does not fit the corpus.
        """
        output = local_place(folder or self.folder / "export", "the folder of exported files")
        return export(self.folder, format, output, self.languages)

    @checked()
    def verify(self, *, repair: bool = False) -> Verified:
        """Check the files of the whole corpus, as :func:`crosslabel.cache.verify` does."""
        from crosslabel.library.cache import verify

        return verify(self.folder, repair=repair)

    def featurize(self, out: Place, *, task: str, **options: Any) -> Sidecar:
        """Turn the pairs of the whole corpus into features for a student.

        Args:
            out: a local folder.
            task: ``token``, ``sequence`` or ``qa``.
            options: as :meth:`crosslabel.Student.featurize` takes them.
        """
        from crosslabel.library.student import Student

        return Student.featurize(self.folder, out, task=task, **options)

    def _part(self, lang: str) -> Location:
        """Return the folder of a language, which is named by side a."""
        file = self.folder / str(self.manifest["languages"][lang]["shards"][0]["file"])
        return file.parent

    def __repr__(self) -> str:
        counts = self.manifest["languages"]
        rows = ", ".join(f"{lang}: {counts[lang]['rows']} rows" for lang in self.languages)
        return f"Corpus({str(self.folder)!r}, {rows})"

    def _repr_html_(self) -> str:
        from crosslabel.library.html import message, pair_html, table
        from crosslabel.library.samples import sample_pairs

        counts = {lang: self.manifest["languages"][lang] for lang in self.languages}
        rows = [(lang, of["rows_in"], of["rows"], of["rejected"], _reasons(of), *_spans(of))
                for lang, of in counts.items()]
        headings = ("language", "rows in", "rows out", "rejected", "why rejected", "spans given",
                    "projected")
        try:
            shown = sample_pairs(self.folder, {**self.manifest, "languages": counts}, _SHOWN_PAIRS)
            pairs = "".join(pair_html(pair, self.manifest) for pair in shown)
        except (CrosslabelError, OSError) as error:
            pairs = message(str(error))
        lines = "".join(map(message, (*self.reject_lines(), *self.ruined_lines())))
        return f"<div>{table(headings, rows)}{lines}{pairs}</div>"


def _reasons(counts: dict[str, Any]) -> str:
    return ", ".join(f"{why} {n}" for why, n in counts["reject_reasons"].items()) or "–"


def _spans(counts: dict[str, Any]) -> tuple[int, int]:
    given = sum(entry["count"] for entry in counts["spans"])
    projected = sum(entry["count"] for entry in counts["spans"] if entry["status"] == "projected")
    return given, projected


