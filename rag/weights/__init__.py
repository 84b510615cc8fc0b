"""Learned weights as JSON, and their reader."""
