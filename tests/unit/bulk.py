"""How many inputs the tests draw that draw many: SKIPVIZ_EXAMPLES, in `make bulk` ten thousand."""

import os

from hypothesis import settings

EXAMPLES = int(os.environ.get("SKIPVIZ_EXAMPLES", "300"))
MANY = settings(max_examples=EXAMPLES, deadline=None)
