"""Corpora and labelled files become feature shards: sub-words, labels, windows."""
