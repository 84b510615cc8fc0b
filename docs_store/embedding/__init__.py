"""Passages to vectors: models and endpoints that make them, the cache that keeps them."""
