"""crosslabel: translate labelled corpora and project their span labels onto the translations."""
