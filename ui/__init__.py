"""The front doors: page and command line."""
