"""From a question as typed to a parsed `Question`: what is asked, of what, in which time, leaning on which turn."""
