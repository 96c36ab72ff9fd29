"""`make models`: models of packages as they are installed, and what skipviz finds in them."""
