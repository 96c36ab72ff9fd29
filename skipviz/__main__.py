"""`python -m skipviz`, the same as `skipviz`."""

import sys

from skipviz.cli import main

if __name__ == "__main__":
    sys.exit(main())
