"""Undo and redo walk through every drawing, in order."""

from skipviz import presets
from skipviz.ui.session.history import LONGEST, History


def test_undo_and_redo_walk_through_all_drawings() -> None:
    start = presets.load("plain")
    one = start.add_skip(1, 3)
    two = one.add_skip(3, 5)
    history = History(start)
    history.record(one)
    history.record(two)

    history.undo()
    assert history.present == one
    history.undo()
    assert history.present == start
    history.undo()
    assert history.present == start
    history.redo()
    history.redo()
    assert history.present == two
    history.redo()
    assert history.present == two


def test_a_new_drawing_forgets_what_was_undone() -> None:
    start = presets.load("plain")
    history = History(start)
    history.record(start.add_skip(1, 3))
    history.undo()
    history.record(start.add_skip(2, 9))
    history.redo()
    assert history.present == start.add_skip(2, 9)


def test_drawing_the_same_again_is_no_step() -> None:
    history = History(presets.load("plain"))
    history.record(presets.load("plain"))
    assert not history.past


def test_the_history_is_bounded() -> None:
    network = presets.load("forward_skip")
    history = History(network)
    for width in range(1, LONGEST + 50):
        history.record(network.change_layer(1, width=width))
    assert len(history.past) == LONGEST
