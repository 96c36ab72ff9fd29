"""Points drawn in the browser are data only if they are points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz.data import DataError
from skipviz.ui.components.points import CLASSES, MOST, read_points

POINT = st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.integers(0, CLASSES - 1)).map(list)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.lists(POINT, min_size=8, max_size=60))
def test_points_of_two_classes_are_a_data_set(points):
    classes = {point[2] for point in points}
    if len(classes) < 2:
        with pytest.raises(DataError):
            read_points(points)
        return
    own = read_points(points)
    assert own.info.input_shape == (2,)
    assert own.info.outputs == len(classes)
    assert len(own.split.train_y) + len(own.split.test_y) == len(points)


@given(JSON)
def test_anything_else_is_refused_in_words(sent):
    with pytest.raises(DataError):
        read_points(sent)


def test_too_many_points_are_refused():
    with pytest.raises(DataError, match=str(MOST)):
        read_points([[0.0, 0.0, 0]] * (MOST + 1))
