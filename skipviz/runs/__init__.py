"""What is known of a training: frames, runs, what they cost and what they show. Numpy only."""
