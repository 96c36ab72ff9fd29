"""What one visitor has, and what all share: no widgets."""
