"""What is known of a model nobody drew: its skips, its drawing, its run. No torch."""
