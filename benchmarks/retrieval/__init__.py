"""How often the right article comes first, beside every baseline, on one corpus and in one run."""
