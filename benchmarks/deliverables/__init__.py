"""Whether tables, briefs and their cells are what they claim to be."""
