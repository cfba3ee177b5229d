"""The tuning of a translation model to keep markers around spans.

As in EasyProject (Chen et al., Findings of ACL 2023, §4) and LabelPigeon (Findings of ACL 2026) the
model is shown pairs whose two sides carry the same markers, beside plain pairs. Here the markers
come from the word alignment of ordinary bitext; the vocabulary stays as it is.
"""
