"""Files of one's own, as people have them: read by choices, and said in a sentence."""
