"""Machine translation: the loaded model, and the memory of what it has translated."""
