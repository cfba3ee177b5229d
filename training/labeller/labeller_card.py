"""Write the card of a labeller made here, from `model.json` and the measured results.

The one that ships was made before `e5-small`; its card tells what it began from.
"""

import json

from training.labeller.entity_batches import LOWER, TEMPLATES, UPPER
from training.labeller.entity_data import HELD_OUT, LABELS
from training.paths import LABELLER, LABELLER_RESULTS, MODELS

_CARD = """# {name}

A very small labeller of persons, places and organisations (PER, LOC, ORG) in English text. It is
made for translate-test, tests and first steps without a network: what it is given is often a
translation by a small model. **For real corpora use a bigger model**, any transformers checkpoint
for token classification.

XLM-R architecture, {layers} layers of width {width}, {pieces:,} word pieces, {parameters:.1f} million
parameters, stored in float16. A stock `XLMRobertaForTokenClassification` with IOB2 tags; the first
piece of a word has its tag, words are cut into pieces one by one (`is_split_into_words=True`; in
the pipeline of transformers `aggregation_strategy="first"`).

## Labels

One map for all text it learned from and is measured on: PER, LOC and ORG stay; of WNUT-17 `person`
is PER, `location` LOC, `corporation` and `group` ORG, the rest nothing; `MISC` of WikiGold and of
Europarl and `DATE` of the samples are nothing.

## Quality

Exact entities, micro average by seqeval, in percent. None of these sentences was in its training
text.

{quality}

Organisations are its weak side, and tweets (WNUT-17) are much harder than plain text.

## Training

It began from the first layers of `e5-small` with the word pieces that English text uses (Tatoeba,
Europarl, NTREX, the sets below), and had {steps:,} steps of about 1,600 pieces on a shared CPU core. WikiGold
(all but the last {held_out} sentences) and UNER EWT dev were drawn three times as often as tweets,
the samples four times; {renamed} % of the entities in them were swapped for listed and invented
names of their kind (mention replacement: Dai and Adel 2020); {templates:.0f} % of the sentences
come from written templates, {lower:.0f} % were lower-cased and {upper:.0f} % upper-cased.

| text | licence |
|---|---|
| Broad Twitter Corpus (Derczynski, Bontcheva and Roberts 2016) | CC BY 4.0 |
| WikiGold (Balasuriya et al. 2009) | CC BY 4.0 |
| WNUT-17, train (Derczynski et al. 2017) | CC BY 4.0 |
| Universal NER English EWT, dev (Mayhew et al. 2024) | CC BY-SA 4.0 |
| samples of crosslabel | as crosslabel |
| through `e5-small`: the text of multilingual-e5-small | MIT, the model |

The model is published under CC BY-SA 4.0.
"""  # noqa: E501


def main() -> None:
    """Write README.md into the model's folder."""
    folder = MODELS / LABELLER
    manifest, config, results = (
        json.loads(path.read_text(encoding="utf-8"))
        for path in (folder / "model.json", folder / "config.json", LABELLER_RESULTS)
    )
    columns = ("f1", "precision", "recall", *LABELS)
    rows = [f"| test | sentences | entities | {' | '.join(columns)} |",
            "|---|--:|--:|" + "--:|" * len(columns)]
    for name, scores in results.items():
        cells = " | ".join(str(scores[column]) for column in columns)
        rows.append(f"| {name} | {scores['sentences']:,} | {scores['entities']:,} | {cells} |")
    text = _CARD.format(
        name=manifest["name"], steps=manifest["steps"], pieces=config["vocab_size"],
        layers=config["num_hidden_layers"], width=config["hidden_size"],
        parameters=(folder / "model.safetensors").stat().st_size / 2e6, quality="\n".join(rows),
        held_out=HELD_OUT, renamed="30 to 50", templates=100 * TEMPLATES, lower=100 * LOWER,
        upper=100 * UPPER,
    )  # fmt: skip
    (folder / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
