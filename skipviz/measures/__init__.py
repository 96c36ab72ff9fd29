"""What the sections of Learn ask to be measured, and what they are answered with. No torch."""
