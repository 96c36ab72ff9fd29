"""What attention attends to, and the values it takes: problems with fixes, edits that keep them;
tokens read a second time.
"""

import pytest

from skipviz.network import Network, NetworkError, apply_edit

ROW = {"kind": "conv1d", "channels": 8, "kernel": 1}
TABLE = {"kind": "embedding", "vocabulary": 12, "width": 8}


def chain(depth: int, state: int, field: str = "memory") -> Network:
    """Rows, the last of which attends."""
    return Network.of(layers=[ROW] * (depth - 1) + [{"kind": "attention", field: state}])


def mended(network: Network, shape: tuple[int, ...], outputs: int = 3) -> list[Network]:
    """The network after every first edit of every fix of its one problem."""
    (problem,) = network.check(shape, outputs)
    found = [apply_edit(network, fix.edits[0]) for fix in problem.fixes]
    assert found
    assert all(each != network for each in found)
    return found


def test_it_is_a_state_before() -> None:
    with pytest.raises(NetworkError, match="Layer 3 attends to state 3, which is not there yet"):
        chain(3, 3)
    with pytest.raises(NetworkError, match="it can be the input alone"):
        chain(1, 1)
    assert chain(3, 0).check((6, 5), 3) == []


def test_a_state_that_is_only_attended_to_counts_as_read() -> None:
    network = chain(3, 1).rewire(2, 0).rewire(3, 2)
    assert network.check((6, 5), 3) == []
    (problem,) = network.change_layer(3, memory=None).check((6, 5), 3)
    assert "Nothing reads layer 1" in problem.message


def test_vectors_images_and_tokens_are_no_memory() -> None:
    vector = Network.of(
        layers=[
            {"kind": "dense", "width": 16},
            {"kind": "reshape", "shape": (4, 4)},
            {"kind": "attention", "memory": 1},
        ]
    )
    (problem,) = vector.check((5,), 3)
    assert problem.message.startswith(
        "Layer 3 (attention) attends to a sequence; layer 1 gives a vector of 16."
    )
    assert mended(vector, (5,))[0].check((5,), 3) == []
    tokens = Network.of(layers=[TABLE, {"kind": "attention", "memory": 0}])
    assert mended(tokens, (6,))[0].check((6,), 3) == []


def test_values_are_a_state_before() -> None:
    said = "Layer 3 takes its values from state 3, which is not there yet: it can be 0 to 2"
    with pytest.raises(NetworkError, match=said):
        chain(3, 3, "values")
    lonely = chain(3, 1, "values").rewire(2, 0)
    assert lonely.check((6, 5), 3) == []
    assert (
        "Nothing reads layer 1" in lonely.change_layer(3, values=None).check((6, 5), 3)[0].message
    )


SQUARE = {"kind": "reshape", "shape": (4, 4)}
POOLED = {"kind": "average_pool", "kernel": 2}


@pytest.mark.parametrize(
    ("shape", "layers", "message", "ways"),
    [
        (
            (5,),
            [{"kind": "dense", "width": 16}, SQUARE, {"kind": "attention", "values": 1}],
            "takes its values from a sequence; layer 1 gives a vector of 16",
            1,
        ),
        (
            (6,),
            [TABLE, {"kind": "attention", "values": 0}],
            "takes token numbers, which are no quantities, for values",
            1,
        ),
        (
            (6, 5),
            [ROW, POOLED, {"kind": "attention", "values": 1}],
            "has keys at 3 positions and values at 6. Make the keys from the same state, make the "
            "values itself",
            2,
        ),
        (
            (6, 5),
            [ROW, POOLED, ROW, {"kind": "attention", "values": 2, "memory": 1}],
            "has keys at 6 positions and values at 3. Attend to what it reads, make the values",
            2,
        ),
        (
            (6, 5),
            [{**ROW, "channels": 4}, ROW, POOLED, {"kind": "attention", "values": 1}],
            "has keys at 3 positions and values at 6. Make the values itself",  # 4 channels as well
            1,
        ),
        (
            (6, 5),
            [{**ROW, "channels": 4}, ROW, {"kind": "attention", "values": 1}],
            "takes values of 8 channels, 2 for each head of keys; here are 4. Use 2 heads of keys",
            2,
        ),
        (
            (6, 5),
            [ROW, {"kind": "attention", "values": 0}],
            "takes values of 8 channels, 2 for each head of keys; here are 5. Make the values",
            1,
        ),
    ],
)
def test_values_that_do_not_fit_have_fixes_that_do(
    shape: tuple[int, ...], layers: list[dict[str, object]], message: str, ways: int
) -> None:
    network = Network.of(layers=layers)
    (problem,) = network.check(shape, 3)
    assert message in problem.message
    for found in mended(network, shape)[:ways]:
        assert found.check(shape, 3) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"heads": 4, "kv_heads": 3},
        {"heads": 8, "rotary": True},
        {"heads": 3},
        {"heads": 1, "kv_heads": 2},
    ],
)
def test_heads_that_do_not_fit_have_fixes_that_do(fields: dict[str, object]) -> None:
    network = Network.of(layers=[ROW, {"kind": "attention", **fields}])
    for found in mended(network, (6, 5))[:-1]:
        assert found.check((6, 5), 3) == []


@pytest.mark.parametrize("field", ["memory", "values"])
def test_edits_keep_what_is_attended_to(field: str) -> None:
    network = chain(4, 1, field)

    def named(edited: Network) -> dict[int, int]:
        return {k: states[field] for k, states in edited.attended.items()}

    assert named(network.insert_layer(1)) == {5: 2}
    assert named(network.insert_layer(2)) == {5: 2}  # on the way of all that is made from 1
    assert named(network.insert_layer(2, {**ROW, "reads": 1})) == {5: 1}  # before layer 2 alone
    assert named(network.insert_layer(3)) == {5: 1}
    assert named(network.remove_layer(1)) == {3: 0}
    assert named(network.remove_layer(2)) == {3: 1}
    assert named(network.rewire(2, 0).remove_layer(1)) == {3: 0}
    copied = apply_edit(network, {"do": "duplicate_layers", "first": 4, "last": 4})
    assert named(copied) == {4: 1, 5: 1}
    copied = apply_edit(network, {"do": "duplicate_layers", "first": 1, "last": 4})
    assert named(copied) == {4: 1, 8: 5}
    moved = apply_edit(network, {"do": "move_layers", "first": 1, "last": 1, "by": 1})
    assert named(moved) == {4: 2}
    with pytest.raises(NetworkError, match="layer 2, which is not before it"):
        apply_edit(network, {"do": "move_layers", "first": 4, "last": 4, "by": -3})
    layers = [ROW, {"kind": "attention", field: 1}]
    pasted = apply_edit(network, {"do": "paste_layers", "at": 3, "layers": layers})
    assert named(pasted) == {4: 3, 6: 1}


def test_a_network_of_latents_alone_does_not_see_its_input() -> None:
    network = Network.of(
        layers=[{"kind": "latents", "count": 3, "width": 8}, {"kind": "attention"}, ROW]
    )
    (problem,) = network.check((6, 8), 3)
    assert problem.message.startswith("Nothing reads the input: the output is the same for every")
    for found in mended(network, (6, 8)):
        assert found.check((6, 8), 3) == []


def test_latents_do_not_count_as_a_reader() -> None:
    layers = [ROW, {"kind": "latents", "count": 3, "width": 8}, {"kind": "attention", "memory": 0}]
    (problem,) = Network.of(layers=layers).check((6, 5), 3)
    assert problem.message == "Nothing reads layer 1. Remove the layer."


def test_whatever_latents_are_said_to_read_is_not_looked_at() -> None:
    """Of token numbers there is no gelu to be computed."""
    latents = {"kind": "latents", "count": 2, "width": 8}
    told = latents | {"reads": {"entries": [{"state": 0, "activation": "gelu"}]}}
    attention = {"kind": "attention", "memory": 1}
    network = Network.of(layers=[TABLE, told, attention])
    assert network == Network.of(layers=[TABLE, latents, attention])
    assert network.check((6,), 3) == []


def test_a_second_embedding_reads_the_tokens_again() -> None:
    layers = [TABLE, {"kind": "attention"}, {**TABLE, "reads": 0, "tied_to": 1}, ROW]
    network = Network.of(layers=layers).rewire(5, {"entries": [2, 4], "combine": "add"})
    assert network.check((6,), 3) == []
    assert network.shapes((6,), 3)[3] == (6, 8)
    assert mended(network.rewire(3, 2), (6,))[0] == network
    small = network.change_layer(3, vocabulary=5, tied_to=None)
    (found, *_) = mended(small, (6,))
    assert found.check((6,), 3) == []
    other = Network.of(layers=[ROW, {**TABLE, "reads": 0}])
    assert "layer 1 has to be an embedding as well" in other.check((6, 5), 3)[0].message


def test_an_old_network_is_written_as_it_was() -> None:
    text = '{"layers":[{"kind":"attention","heads":2,"causal":true}]}'
    assert Network.from_json(text).to_json() == text
