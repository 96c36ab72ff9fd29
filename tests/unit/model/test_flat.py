"""Tensors that are parts of one."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from skipviz.engine.model.flat import ALIGNED, Flat, move, wholes

SHAPES = st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=4), min_size=1, max_size=5)


@given(shapes=SHAPES)
def test_parts_are_separate_and_make_up_the_whole(shapes: list[list[int]]) -> None:
    tensors = [torch.ones(shape) for shape in shapes]
    for flat in Flat.alike(2, tensors):
        assert [part.shape for part in flat] == [tensor.shape for tensor in tensors]
        for number, part in enumerate(flat, start=1):
            assert part.storage_offset() % ALIGNED == 0
            part.fill_(number)
        sums = [number * part.numel() for number, part in enumerate(flat, start=1)]
        assert flat.whole.sum() == sum(sums)
        assert [part.sum() for part in flat] == sums


def test_one_call_changes_all_parts_and_no_other_row() -> None:
    one, other = Flat.alike(2, [torch.ones(3, 2), torch.ones(5)])
    first, second = wholes(one, other)
    assert len(first) == len(second) == 1
    torch._foreach_add_(first, 2.0)
    assert all((part == 2).all() for part in one)
    assert all((part == 0).all() for part in other)


def test_lists_that_are_not_all_flat_stay_lists() -> None:
    (flat,) = Flat.alike(1, [torch.ones(3), torch.ones(2)])
    first, second = wholes(flat, [torch.ones(3), torch.ones(2)])
    assert [tensor.shape for tensor in first] == [tensor.shape for tensor in second]


def test_moved_parameters_keep_their_values_and_follow_the_whole() -> None:
    parameters = [nn.Parameter(torch.randn(4, 3)), nn.Parameter(torch.randn(2))]
    before = [parameter.detach().clone() for parameter in parameters]
    (flat,) = Flat.alike(1, parameters)
    move(parameters, flat)
    assert all(map(torch.equal, parameters, before))
    flat.whole.mul_(2)
    assert all(torch.equal(now, 2 * then) for now, then in zip(parameters, before, strict=True))
