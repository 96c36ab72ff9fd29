"""How many inputs the tests draw that draw many: SKIPVIZ_EXAMPLES, a thousand unless it is set."""

import os

from hypothesis import settings

EXAMPLES = int(os.environ.get("SKIPVIZ_EXAMPLES", "1000"))
MANY = settings(max_examples=EXAMPLES, deadline=None)
