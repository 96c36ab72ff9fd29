"""How the parts of an experiment are measured, with the engine that serves the app. With torch."""
