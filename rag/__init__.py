"""Turns a question into a cited answer or a refusal."""
