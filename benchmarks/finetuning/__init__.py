"""Fine-tuning across languages: FILTER and what it is compared with."""
