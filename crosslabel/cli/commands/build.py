"""``crosslabel build``: make a corpus from a recipe."""

from __future__ import annotations

from crosslabel.cli.options import Fresh, Limit, OutputFolder, Overrides, RecipeName

EXAMPLE = "Example: crosslabel build demo-ner --set source.path=my.jsonl --out out/mine"


def build(
    recipe: RecipeName,
    overrides: Overrides = None,
    out: OutputFolder = None,
    limit: Limit = None,
    fresh: Fresh = False,
) -> None:
    """Translate a labelled corpus, project its labels and write Arrow shards.

    If every row of a language was rejected, the exit code is 3; the rejects are written.
    """
    import crosslabel as cl
    from crosslabel.cli.report import print_build
    from crosslabel.library.recipes import corpus_recipe

    loaded = corpus_recipe(recipe, overrides or ())
    print_build(cl.build(loaded, out, limit=limit, fresh=fresh))
