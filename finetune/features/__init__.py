"""From corpora and labelled files to feature shards: sub-words, labels, windows."""
