"""Owns everything that persists: articles, passages, their vectors and their lexical index."""
