"""Fine-tuning across languages: FILTER and the systems it is compared with."""
