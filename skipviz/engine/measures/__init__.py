"""What the sections measure: generator functions for a worker process, each yields `Result`s."""
