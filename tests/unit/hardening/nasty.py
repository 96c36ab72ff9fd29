"""Input as nobody would type it: values, and documents in which they stand in for sound ones."""

from typing import Any

from hypothesis import strategies as st

SCRIPT = "<script>alert(1)</script>"
NESTED: Any = []
for _ in range(60):
    NESTED = [NESTED]

VALUES: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 3, 2**31, 2**63, 10**30, 10**4000, -(10**30),
    0.5, -0.0, 1e308, 1e-320, float("inf"), float("nan"),
    "", "NaN", "dense", "conv2d", "skip", SCRIPT, "=1+1", "\x00", "\ud800", "١٢", "a" * 5000,
    [], {}, [None], [2**40] * 3, {"kind": "dense"}, {"kind": SCRIPT}, {"": []}, NESTED,
)  # fmt: skip

values = st.sampled_from(VALUES) | st.integers(-3, 70) | st.text(max_size=8)


class Query(dict[str, str]):
    """Stands in for `st.query_params`; counts what was written at once."""

    written = 0

    def from_dict(self, values: dict[str, str]) -> None:
        self.clear()
        self.update(values)
        self.written += 1


@st.composite
def damaged(draw: st.DrawFn, documents: tuple[Any, ...]) -> Any:
    """One of the documents with one to three places replaced, taken out or doubled."""
    document = draw(st.sampled_from(documents))
    for _ in range(draw(st.integers(1, 3))):
        document = _changed(draw, document)
    return document


def _changed(draw: st.DrawFn, node: Any) -> Any:
    """The node with a change in a random branch."""
    if not isinstance(node, dict | list) or not node or draw(st.integers(0, 5)) == 0:
        return draw(values)
    places = list(node) if isinstance(node, dict) else list(range(len(node)))
    place = draw(st.sampled_from(places))
    kept = node.copy()
    match draw(st.sampled_from(("into", "into", "into", "out", "more"))):
        case "into":
            kept[place] = _changed(draw, node[place])
        case "out":
            del kept[place]
        case _ if isinstance(kept, dict):
            kept[draw(st.sampled_from((SCRIPT, "kind", "width", "scale")))] = draw(values)
        case _:
            kept.insert(place, node[place])
    return kept
