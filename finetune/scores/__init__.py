"""How good predictions are: figures of every task per language, with intervals."""
