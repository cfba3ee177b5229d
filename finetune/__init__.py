"""Fine-tuning on pairs: features, soft labels, the FILTER stage. Reads corpora' shards only."""
