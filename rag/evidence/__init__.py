"""From passages to sentences that bear on the question, and how likely it is that they hold the answer."""
