"""What is remembered of a tab is made anew where anything that it depends on has changed."""

from skipviz.network import Network
from skipviz.ui.playground.memory import remembered
from skipviz.ui.session.history import History
from skipviz.ui.session.session import Session


def test_what_has_the_same_source_is_made_once() -> None:
    session = Session(History(Network.mlp(2, 4)))
    other = Session(History(Network.mlp(2, 4)))
    made: list[str] = []

    def make(what: str) -> str:
        made.append(what)
        return what

    asked = [(session, "head", 1), (session, "head", 1), (session, "gradients", 1),
             (session, "head", 2), (other, "head", 2)]  # fmt: skip
    for tab, name, source in asked:
        assert remembered(tab, name, source, lambda name=name, s=source: make(f"{name} {s}"))
    assert made == ["head 1", "gradients 1", "head 2", "head 2"]
