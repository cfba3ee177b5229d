"""A few valid files of every format, small enough that every byte of them is hit."""

from __future__ import annotations

from typing import Any

ROWS: list[Any] = [
    {"id": "1", "lang": "en", "text": "Anna left 😀 Rome.", "page": 3,
     "spans": [{"start": 0, "end": 4, "label": "PER", "note": "x"},
               {"id": "b", "fragments": [[5, 9], [12, 16]], "label": "EV", "score": 0.5}],
     "relations": [{"head": "0", "tail": "b", "label": "agent"}]},
    {"id": 2, "lang": "en", "tokens": ["Anna", "did", "n't", "leave", "."],
     "spans": [{"start": 0, "end": 1, "label": "PER"}]},
    {"id": "3", "lang": "de", "tokens": ["Anna", "ging", "."], "tags": ["B-PER", "O", "O"],
     "text": "Anna ging."},
    {"id": "4", "lang": "en", "tokens": ["It", "rains"], "tags": ["PRON", None], "task": "words"},
    {"id": "5", "source": {"lang": "en", "tokens": ["Ben"], "tags": ["U-PER"]},
     "target": {"lang": "de", "text": "Ben"}},
    {"id": "6", "lang": "en", "fields": {"premise": "It rains.", "hypothesis": "It pours."},
     "label": "neutral", "value": 0.5, "probabilities": {"neutral": 0.7, "yes": 0.3},
     "meta": {"a": [1, {"b": None}]}},
    {"id": "7", "lang": "en", "text": "It rains", "task": "words",
     "words": [{"field": "text", "ranges": [[0, 2], [3, 8]], "labels": ["PRON", None],
                "scores": [0.5, None]}]},
]

CONLL = [
    b"-DOCSTART- -X- O O\n\nAnna NNP I-NP B-PER\nleft VBD I-VP O\n. . O O\n\n"
    b"Ben NNP I-NP U-PER\n. . O O\n",
    "# id = 1\n# text = x\nAnna\tB-PER\n#\tO\nl'\tI-PER\n\nÉtà\tO\n\"\tE-X\n".encode(),
    "彼\tPRON\nは\t_\n\nA\tNOUN\n".encode(),
]

COLUMNS = [
    b"#\thttp://example.org [2020-01-01]\n1\tThe\tO\tO\n2\tBank\tB-ORG\tO\n3\tof\tI-ORG\tO\n"
    b"4\tRome\tI-ORG\tB-LOC\n\n1\tBen\tB-PER\tO\n2\tleft\tO\tO\n",
    b"-DOCSTART- O\n\nen:Anna\tPER-B\nen:Keller\tPER-I\nen:left\tO\n\nen:It\tO\nen::\tO\n",
    b"O\tit\nB-song\t#\nI-song\t1\n\nO\tplays\n",
    b"Anna\tperson-artist\nKeller\tperson-artist\nsang\tO\nin\tO\nRome\tlocation-city\n",
    b"Anna b_per\nsang o\n. o\n\nBen s_per\nleft o\n",
    b"Sentence #,Word,POS,Tag\nSentence: 1,Anna,NNP,B-per\n,\"said, \",VB,O\n"
    b"Sentence: 2,Ben,X,O\n",
    b"#begin document (a/b); part 000\na/b 0 0 Anna X (T* - - - x (PERSON* (A* -\n"
    b"a/b 0 1 Keller X *) - - - x *) *) -\n\n#end document\n",
    b"gene B\nprotein I\nof O\n. O\n", b"Anna B-PER B-PER\nleft O B-LOC\n. O O\n",
]

CONLLU_NAMES = [
    b"# sent_id = s1\n# text = Am Rhein.\n1-2\tAm\t_\t_\t_\t_\t_\t_\t_\tNER=B-LOC\n"
    b"1\tan\t_\tADP\t_\t_\t_\t_\t_\t_\n2\tdem\t_\tDET\t_\t_\t_\t_\t_\t_\n"
    b"3\tRhein\t_\tX\t_\t_\t_\t_\t_\tNER=I-LOC|SpaceAfter=No\n"
    b"4\t.\t_\tX\t_\t_\t_\t_\t_\tNER=O\n",
    b"# global.Entity = GRP-etype-link\n"
    b"1\tAnna\t_\tX\t_\t_\t_\t_\t_\tEntity=(1-person-x(2-group-y)\n"
    b"2\tKeller\t_\tX\t_\t_\t_\t_\t_\tEntity=1)|Gloss=x\n3\tleft\t_\tX\t_\t_\t_\t_\t_\t_\n",
    b"# global.columns = FORM UPOS RELATE:NE\nAnna\tX\tB-PER\nleft\t_\t_\n\nBen\tX\tB-PER\n",
]

CONLLU = [
    b"# sent_id = s1\n# text = I'm here now\n# note = x\n"
    b"1-2\tI'm\t_\t_\t_\t_\t_\t_\t_\t_\n1\tI\tI\tPRON\t_\t_\t3\tnsubj\t_\t_\n"
    b"2\t'm\tbe\tAUX\t_\t_\t3\tcop\t_\t_\n3\there\t_\tADV\t_\t_\t0\troot\t_\t_\n"
    b"3.1\tx\t_\tX\t_\t_\t_\t_\t_\t_\n4\tnow\t_\tADV\t_\t_\t3\tadv\t_\t_\n\n",
    b"1\tAnna\t_\tPROPN\t_\t_\t_\t_\t_\tSpaceAfter=No\n2\t.\t_\t_\t_\t_\t_\t_\t_\t_\n\n"
    b"1\tBen\t_\tPROPN\t_\t_\t_\t_\t_\t_\n",
]

TEXT = [b"Anna left.\nBen too.\r\n\n  x\n", "Été 😀\n彼は\n".encode()]

TSV = [
    b"id\tlang\ttext\tlabel\n1\ten\tIt rains.\twet\n2\ten\tIt pours.\t\n",
    b"sentence1\tsentence2\tgold_label\tpairID\tlanguage\na\tb\tneutral\t7\ten\nc\td\t-\t8\ten\n",
    b"index\tsentence1\tsentence2\tscore\n0\ta b\tc\t4.5\n1\td\te\t\n",
    b"text\tvalue\tmore\nIt rains\t1e3\tx\n",
]

CSV = [
    b'id,lang,text,label\r\n1,en,"It ""rains"", so",wet\r\n2,en,"two\r\nlines",dry\r\n',
    b'premise,hypothesis,label\na,b,x\n"c,d",e,\n',
    b'text,value\n"a\nb",1.5\n',
]

SLOTS = [
    b"# id: 1\n# text: Wake me at 6\n# intent: alarm/set\n1\tWake\talarm/set\tO\n"
    b"2\tme\talarm/set\tO\n3\tat\talarm/set\tB-time\n4\t6\talarm/set\tI-time\n\n",
    b"# intent = _\n# other\nPlay\tO\njazz\tB-genre\n\nStop\tO\n",
]

SQUAD: list[Any] = [
    {"version": "2.0", "data": [{"title": "Rome", "paragraphs": [
        {"context": "Rome 😀 lies on the Tiber. Rome is old.", "qas": [
            {"id": "1", "question": "Where?", "is_impossible": False, "kind": "place",
             "answers": [{"text": "on the Tiber", "answer_start": 12, "who": "x"}]},
            {"id": "2", "question": "Who?", "is_impossible": True, "answers": [],
             "plausible_answers": [{"text": "Rome", "answer_start": 0}]}]}]}]},
    {"data": [{"paragraphs": [{"context": "It is Été.", "qas": [
        {"question": "What?", "answers": [{"text": "Été", "answer_start": 6}]}]}]}]},
]

PAIRS: list[Any] = [
    {"id": "a", "source": {"lang": "en", "tokens": ["Anna", "sleeps"],
                           "spans": [{"start": 0, "end": 1, "label": "PER"}]},
     "target": {"lang": "de", "text": "Anna schläft.",
                "spans": [{"start": 0, "end": 4, "label": "PER"}]}},
    {"id": "b", "source": {"lang": "en", "tokens": ["a", "b"]},
     "target": {"lang": "zh", "tokens": ["x", "y"],
                "spans": [{"fragments": [[1, 2], [0, 1]], "label": "X"}]},
     "sure": [[0, 1]], "possible": [[1, 1]]},
]

PREDICTIONS: list[Any] = [
    {"id": "a", "unit": "tokens", "spans": [
        {"start": 0, "end": 1, "label": "X", "source_span": 0, "score": 0.5, "probability": 0.25,
         "status": "projected", "reason": None},
        {"start": None, "end": None, "label": "X", "status": "abstained", "reason": "why"}]},
    {"id": "b", "spans": [{"start": 3, "end": 9, "fragments": [[3, 4], [8, 9]], "label": "Y"}]},
    {"id": "c", "row": 3, "error": "was bad"},
]

TASK_PREDICTIONS: list[Any] = [
    {"id": "1", "lang": "en", "words": [[0, 4], None], "tags": ["B-PER", None],
     "scores": [0.5, None], "tag_probabilities": [{"O": 0.5}, None]},
    {"id": "2", "lang": "en", "label": "x", "score": 0.5, "probabilities": {"x": 0.5, "y": 0.5}},
    {"id": "3", "lang": "de", "value": 1.5},
    {"id": "4", "lang": "de", "answer": "a", "start": 0, "end": 1, "score": 2.0,
     "no_answer_score": -1.0},
    {"id": "5", "lang": "de", "answer": "", "start": None, "end": None, "probability": 0.5},
]

GIVEN: list[Any] = [
    {"id": "1", "text": "Anna ging."}, {"id": 2, "lang": "de-AT", "tokens": ["Anna", "ging", "."]},
    {"id": "3", "fields": {"premise": "Es regnet.", "hypothesis": "Es gießt."}},
]

BITEXT = [b"Anna left.\tAnna ging.\nIt rains\tEs regnet\n", "é\tü\r\nbad\na\tb\tc\n".encode()]

RECIPES = [
    b"name: mine\nsource: {path: x.jsonl, lang: en, labels: [PER, LOC]}\ntargets: [de, es]\n",
    b"crosslabel: 1\nname: a.b-c\nsource:\n  path: x.csv\n  columns: {premise: a, hypothesis: b}\n"
    b"  held_out: [t.csv]\n  task: text\ntargets: [pt-BR]\nsegmentation: {sentences: false}\n"
    b"translation: {model: m, given: {pt-BR: t.jsonl}}\nquality: {}\nengine: {device: cpu}\n",
    b"name: x\nsource: {path: x}\ntargets: [en]\n" b"label: {model: m, labels: {A: B, C: null}}\n"
    b"projection: {method: awesome, layer: 3, gap: 1, rules: {}}\noutput: {shard_rows: 5}\n",
    b"base: &a {path: x}\nname: x\nsource: *a\ntargets: [de]\n",
]

OVERRIDES = [b"source.path=x.jsonl", b"targets=[de, es]", b"translation.beam=4", b"name=mine",
             b"translation.markers={opening: a, closing: b, spaced: true}", b"source.labels=[A]"]

MANIFESTS: list[Any] = [
    {"schema": "corpus/1", "task": "spans", "labels": ["PER"],
     "recipe": {"name": "demo", "mask_above": 0.05, "on_lost_span": "mask", "source": {}},
     "models": {"translation": {"name": "mt", "licence": "x"}, "encoder": None},
     "languages": {"de": {
         "rows_in": 2, "rows": 1, "rejected": 1, "segments": 1, "repaired_tags": 1,
         "reject_reasons": {"empty-text": 1}, "classes": {"x": 1},
         "spans": [{"label": "PER", "status": "projected", "reason": None, "count": 1}],
         "shards": [{"file": "de/shard-00000-0123456789ab.arrow", "rows": 1, "sha256": "0"}]}}},
]

SIDECARS: list[Any] = [
    {"version": "pairs/1", "task": "token", "labels": ["O", "B-X", "I-X"], "max_length": 256,
     "tokenizer": {"name": "t", "sha256": "0", "pad_id": 1, "bos_id": 0, "eos_id": 2,
                   "vocabulary": 100},
     "stride": 128, "options": {}, "origin": {"corpus": "demo"}, "counts": {"kept": 1},
     "shards": {"de": [{"file": "de/shard-00000-0123456789ab.arrow", "rows": 1, "sha256": "0"}]}},
]

MODELS: list[Any] = [
    {"name": "mt", "kind": "translation", "family": "marian", "licence": "x",
     "languages": {"source": ["en"], "target": ["de", "es"]}, "directions": [["en", "de"]],
     "target_tokens": {"de": ">>deu<<"}, "max_source_tokens": 256, "markers": "x"},
]
