"""The equations of a drawn network in LaTeX."""
