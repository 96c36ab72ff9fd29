"""`python -m skipviz.cli`, the same as `skipviz`."""

import sys

from skipviz.cli import main

if __name__ == "__main__":
    sys.exit(main())
