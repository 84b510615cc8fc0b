"""Turns files into stored passages."""
