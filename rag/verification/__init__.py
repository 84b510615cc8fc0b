"""Whether a passage supports a claim: facts, quantities, consistency."""
