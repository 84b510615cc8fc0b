"""From evidence to an answer: the draft, its composition, prompts."""
