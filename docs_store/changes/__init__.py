"""Changes to an index: as records, done in order, and what a crash left made whole."""
