"""The equations shown are true: evaluated as printed, they give torch's values and gradients."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from skipviz import export, presets
from skipviz.export.formulas import derivatives, shortcuts
from skipviz.export.formulas.graph import nodes
from skipviz.export.formulas.symbols import numbered
from skipviz.network import Network, NetworkError
from tests.unit.export import reference
from tests.unit.export.texmath import Evaluator
from tests.unit.network.network_strategies import networks, reads_before

WIDTH = 4
SLOPES = {
    "identity": (lambda z: z, np.ones_like),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sine": (np.sin, np.cos),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
}
SCALE = st.sampled_from([1.0, 0.5, -2.0, {"learned": "scalar"}, {"learned": "channel"}])
SUM = {"branch_scale": SCALE, "shortcut_scale": SCALE}
KINDS = {
    "add": SUM,
    "projection": SUM
    | {"bias": st.booleans(), "activation": st.sampled_from(["tanh", "identity"])},
    "gated": {},
    "shortcut_gate": {},
}


@st.composite
def dense_networks(draw: st.DrawFn) -> Network:
    """Dense layers of one width, post- and pre-activation, with skips of most kinds."""
    layer = st.fixed_dictionaries(
        {
            "kind": st.just("dense"),
            "width": st.just(WIDTH),
            "activation": st.sampled_from(sorted(SLOPES)),
            "order": st.sampled_from(["post", "pre"]),
            "bias": st.booleans(),
        }
    )
    net = Network.of(layers=draw(st.lists(layer, min_size=1, max_size=6)))
    for _ in range(draw(st.integers(0, 3))):
        k = draw(st.integers(1, net.depth + 1))
        wired = net.rewire(k, draw(reads_before(k, through=["identity", "tanh", "complement"])))
        reads = wired.reads_of(k)
        appends = reads.combine == "concat" and len(reads.entries) > 1
        net = net if appends or wired.check((WIDTH,), WIDTH) else wired
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(sorted(KINDS)))
        target = draw(st.integers(1, net.depth + 1))
        options = draw(st.fixed_dictionaries(KINDS[kind]))
        join = draw(st.sampled_from(["output", "preactivation"]))
        source = draw(st.integers(0, target - 1))
        try:
            more = net.add_skip(source, target, kind=kind, join=join, **options)
        except NetworkError:
            continue
        net = net if more.check((WIDTH,), WIDTH) else more
    return net


def symbol_of(name: str) -> str:
    """layer3.weight as \\bm{w}_{3}, skip1_4.branch_scale as a factor."""
    owner, part = name.split(".")
    letter = part.removeprefix("gate_")[0]
    return rf"\bm{{{letter}}}_{{{','.join(re.findall(r'[0-9]+', owner))}}}"


def prepared(net: Network) -> tuple[Evaluator, dict[str, Tensor], Tensor]:
    """An evaluator that knows weights and input, the same weights in torch, and the input."""
    weights = reference.random_weights(net, (WIDTH,), WIDTH)
    weights = {name: value.clone().requires_grad_() for name, value in weights.items()}
    x = torch.randn(1, WIDTH, dtype=torch.float64, requires_grad=True)
    functions = {
        rf"a_{{{k}}}": SLOPES[net.style(k).activation] for k in range(1, net.depth + 1)
    } | {
        rf"a_{{{s.source},{s.target}}}": SLOPES[s.activation]
        for s in net.skips
        if s.kind == "projection"
    }
    for k, reads in enumerate(net.wiring, start=1):
        for place, entry in enumerate(reads.entries if reads else (), start=1):
            functions[rf"a_{{{k}}}^{{({place})}}"] = SLOPES.get(entry.activation, SLOPES["tanh"])
    evaluator = Evaluator(WIDTH, functions)
    for name in functions:  # all states have one width here, so nothing has to be spread
        evaluator.values[name.replace("a_", r"\bm{B}_")] = np.eye(WIDTH)
    evaluator.values[r"\bm{x}"] = x.detach().numpy().T
    for name, value in weights.items():
        for symbol in symbols_for(net, name):
            array = value.detach().numpy()
            evaluator.values[symbol] = array if array.ndim == 2 else array.reshape(-1, 1)
    return evaluator, weights, x


def symbols_for(net: Network, name: str) -> list[str]:
    """What a tensor is called in the equations."""
    name = name.replace("readout", f"readout{net.depth + 1}")
    if name.endswith("_scale"):
        letter = r"\alpha" if "branch" in name else r"\beta"
        ends = ",".join(re.findall(r"\d+", name.split(".")[0]))
        return [rf"{letter}_{{{ends}}}", rf"\bm{{{letter}}}_{{{ends}}}"]
    return [symbol_of(name)]


def lines_of(groups: list[tuple[str, ...]]) -> list[str]:
    return [numbered(line) for group in reversed(groups) for line in group]


@settings(max_examples=150)
@given(dense_networks())
def test_values_and_gradients_as_printed_are_those_of_torch(net: Network) -> None:
    evaluator, weights, x = prepared(net)
    found, depth = nodes(net), net.depth
    for line in in_order_of_computation(lines_of(derivatives.forward_pass(found, depth))):
        evaluator.assign(line)
    y = reference.forward(net, WIDTH, weights, x)
    np.testing.assert_allclose(evaluator.values[r"\bm{y}"].T, y.detach().numpy(), atol=1e-9)
    add_gate_slopes(net, evaluator)
    row = torch.randn_like(y)
    gradients = torch.autograd.grad((y * row).sum(), list(weights.values()), allow_unused=True)
    evaluator.values[derivatives.total(r"\bm{y}")] = row.numpy()
    for line in lines_of(derivatives.local_derivatives(found, depth)):
        evaluator.assign(line)
    for line in lines_of(derivatives.state_gradients(found, depth)):
        evaluator.assign(line)
    check_skips(net, evaluator)
    check_weights(net, evaluator, dict(zip(weights, gradients, strict=True)))


def in_order_of_computation(lines: list[str]) -> list[str]:
    """The page shows the output on top; a gate is defined below where it is used."""
    return lines[::-1]


def add_gate_slopes(net: Network, evaluator: Evaluator) -> None:
    """G = diag(T (1 - T)) w, as the legend says."""
    for skip in net.skips:
        if skip.kind in ("gated", "shortcut_gate"):
            ends = f"_{{{skip.source},{skip.target}}}"
            gate = evaluator.values[rf"\bm{{T}}{ends}"]
            slope = np.diagflat(gate * (1 - gate)) @ evaluator.values[rf"\bm{{w}}{ends}"]
            evaluator.values[rf"\bm{{G}}{ends}"] = slope


def check_skips(net: Network, evaluator: Evaluator) -> None:
    """Both sides of every line on a skip agree, where both are gradients of the loss."""
    for line in lines_of(shortcuts.skip_gradients(net, nodes(net))):
        left, right = line.split(" &= ")
        if left.startswith(r"\frac{\mathrm{d} L}") and r"\cdots" not in right:
            known = evaluator.values[left]
            np.testing.assert_allclose(evaluator.value(right), known, atol=1e-9)


def check_weights(net: Network, evaluator: Evaluator, gradients: dict[str, Tensor | None]) -> None:
    printed = {}
    for line in lines_of(derivatives.weight_gradients(nodes(net), net.depth)):
        left, right = line.split(" &= ")
        if r"\partial" not in right:
            printed[left] = evaluator.value(right)
    for name, gradient in gradients.items():
        for symbol in symbols_for(net, name):
            value = printed.get(derivatives.total(symbol))
            if value is not None and gradient is not None:
                expected = gradient.numpy().reshape(value.shape)
                np.testing.assert_allclose(value, expected, atol=1e-9)


def test_the_gradient_through_an_added_skip_has_the_identity_matrix() -> None:
    pages = dict(export.equations(presets.load("forward_skip")))
    line = pages["Gradient through each skip"]
    assert r"\frac{\mathrm{d} L}{\mathrm{d} \bm{s}_{7}} \left(" in line
    assert line.count(r"+ \bm{I}\right)") == 1


def test_a_long_chain_folds_into_one_line_with_its_range() -> None:
    plain = export.latex(Network.mlp(depth=500, width=8))
    assert r"(k = 2, 3, \dots, 500)" in plain
    assert len(plain.splitlines()) < 60


def test_feedback_is_summed_over_time_and_reads_the_step_before() -> None:
    text = export.latex(presets.load("feedback"))
    assert r"\bm{w}_{3,2} \bm{h}_{3}^{t-1}" in text
    assert r"\sum_{t=1}^{T}" in text
    assert r"\bm{h}_{3}^{0} &= \bm{0}" in text


def test_without_skips_nothing_is_said_of_skips() -> None:
    assert "Gradient through each skip" not in dict(export.equations(presets.load("plain")))


def test_the_equations_of_one_skip_are_as_they_were() -> None:
    golden = Path(__file__).parent / "golden" / "forward_skip.tex.txt"
    assert export.latex(presets.load("forward_skip")) == golden.read_text(encoding="utf-8")


def test_a_network_that_could_not_be_built_still_has_equations() -> None:
    layers = [{"kind": "attention"}, {"kind": "embedding", "vocabulary": 3, "width": 2}]
    odd = Network.of(layers=layers).add_skip(1, 2)
    assert_well_formed(dict(export.equations(odd))["Forward pass"])


@pytest.mark.parametrize("name", presets.names())
def test_the_equations_of_a_preset_are_short_and_balanced(name: str) -> None:
    network = presets.load(name)
    for title, text in export.equations(network):
        assert_well_formed(text)
        assert len(text.splitlines()) < max(90, 1.5 * network.depth), title


@settings(max_examples=200)
@given(networks())
def test_any_network_has_well_formed_equations(network: Network) -> None:
    for _, text in export.equations(network):
        assert_well_formed(text)


def assert_well_formed(text: str) -> None:
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") == text.count(r"\right")
    assert "<" not in text.replace("< T", "")
    assert "  " not in text
    for line in text.splitlines()[1:-1]:
        assert line.startswith("&") or line.count(" &= ") + line.count(" &: ") == 1
