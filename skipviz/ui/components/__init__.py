"""What pages are made of: our own components and widgets; none knows a session."""
