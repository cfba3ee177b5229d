"""A new user in a notebook: builds a corpus, looks at it, trains a stock model."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.tiny_encoder import tiny_encoder

ROOT = Path(__file__).resolve().parents[2]
CELLS = (
    f"import crosslabel as cl\nmodel = {str(tiny_encoder())!r}",
    "corpus = cl.build(cl.load_recipe('demo-ner', {'targets': ['de'], 'translation.beam': 1,\n"
    "    'projection.method': 'itermax', 'projection.model': model, 'quality.numbers': False}),\n"
    "    'out/demo', limit=40)",
    "corpus",
    "corpus['de'].to_pandas()[['a_tokens', 'a_tags']].head(3)",
    "pairs = [cl.pair('Anna left.', 'Anna ging.', [(0, 4, 'PER')], source='en', target='de')]\n"
    "cl.Projector.from_pretrained('itermax', model=model).project(pairs)[0]",
    # A stock model on the columns as they are.
    "from datasets import ClassLabel\n"
    "from transformers import (AutoModelForTokenClassification, AutoTokenizer,\n"
    "    DataCollatorForTokenClassification, Trainer, TrainingArguments)\n"
    "tokenizer = AutoTokenizer.from_pretrained(model)\n"
    "data = corpus['de'].to_dataset()\n"
    "def encode(row):\n"
    "    encoded = tokenizer(row['a_tokens'], is_split_into_words=True, truncation=True)\n"
    "    words = encoded.word_ids()\n"
    "    encoded['labels'] = [-100 if word is None or words[n - 1] == word\n"
    "                         else row['a_tags'][word] for n, word in enumerate(words)]\n"
    "    return encoded\n"
    "rows = data.map(encode, remove_columns=data.column_names)\n"
    "student = AutoModelForTokenClassification.from_pretrained(model,\n"
    "    num_labels=1 + 2 * len(corpus.labels))\n"
    "trainer = Trainer(student, TrainingArguments('out/stock', max_steps=3, report_to='none',\n"
    "    use_cpu=True, disable_tqdm=True), train_dataset=rows,\n"
    "    data_collator=DataCollatorForTokenClassification(tokenizer))\n"
    "trainer.train().global_step",
    "import asyncio\n"
    "asyncio.get_running_loop().is_running(), len(cl.build(cl.load_recipe('demo-ner',\n"
    "    {'targets': ['de'], 'translation.beam': 1, 'projection.method': 'itermax',\n"
    "    'projection.model': model, 'quality.numbers': False}), 'out/demo',\n"
    "    limit=40))",
)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> list[list[nbformat.NotebookNode]]:
    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", path)
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        NotebookClient(notebook, timeout=300, kernel_name="python3",
                       resources={"metadata": {"path": str(folder)}}).execute()
    return [cell.outputs for cell in notebook.cells]


def _html(outputs: list[nbformat.NotebookNode]) -> str:
    return "".join(output.get("data", {}).get("text/html", "") for output in outputs)


def _plain(outputs: list[nbformat.NotebookNode]) -> str:
    return "".join(output.get("data", {}).get("text/plain", "") for output in outputs)


def test_progress_is_drawn_below_the_cell(outputs: list[list[nbformat.NotebookNode]]) -> None:
    page = _html(outputs[1])
    assert "<code>translate</code> <progress" in page and "<code>project</code>" in page
    assert page.count("<div>") <= 4  # drawn anew in its place


def test_the_corpus_shows_itself(outputs: list[list[nbformat.NotebookNode]]) -> None:
    page = _html(outputs[2])
    assert "<th>rows out</th>" in page and "<mark style=" in page
    assert "a_tags" in _html(outputs[3])
    assert "Anna <small>PER</small>" in _html(outputs[4])


def test_a_stock_model_trains_on_it(outputs: list[list[nbformat.NotebookNode]]) -> None:
    assert _plain(outputs[5]).endswith("3")


def test_a_build_runs_within_the_event_loop_of_the_kernel(
    outputs: list[list[nbformat.NotebookNode]]
) -> None:
    assert _plain(outputs[6]).endswith("(True, 40)")
