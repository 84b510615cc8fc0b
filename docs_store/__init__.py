"""Everything that persists: articles, passages, vectors, the lexical index, the ledger and the models."""
