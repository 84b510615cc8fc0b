"""The parts of the evaluator: question files, verdicts, ranking figures, intervals, comparison, drafting questions."""
