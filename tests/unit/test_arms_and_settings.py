"""Which arms a run has, and that settings travel as data."""

import pytest
import torch
from pydantic import ValidationError

from skipviz import link, presets
from skipviz.arms import STANDARD_ARMS, Arm, Gain, arm_label
from skipviz.engine.model import Model
from skipviz.network import Network, NetworkError
from skipviz.runs.parse_settings import parse_settings
from skipviz.runs.setting_text import setting_text
from skipviz.settings import MAX_REPLICAS, MAX_STEPS, UNTIL_STOPPED, Settings

NETWORK = Network.mlp(depth=4, width=8, skips=((1, 3), (2, 4)))
HALF = Arm(name="half", forward=0.5, exceptions=(Gain(source=1, target=3, forward=2, backward=0),))


def names(settings: Settings, network: Network = NETWORK) -> list[str]:
    return [arm.name for arm in settings.arms_for(network)]


def test_standard_arms_are_the_two_by_two_of_forward_and_backward():
    gains = {name: arm.gains(NETWORK)[0] for name, arm in STANDARD_ARMS.items()}
    assert gains == {
        "skip": (1, 1),
        "plain": (0, 0),
        "gradient_only": (0, 1),
        "forward_only": (1, 0),
    }


def test_leave_one_out_is_an_arm_for_every_skip():
    settings = Settings(arms=("skip", "leave_one_out"))
    assert names(settings) == ["skip", "without 1 → 3", "without 2 → 4"]
    arms = settings.arms_for(NETWORK)
    assert [arm.gains(NETWORK) for arm in arms[1:]] == [[(0, 0), (1, 1)], [(1, 1), (0, 0)]]


def test_leave_one_out_of_nothing_is_a_problem_one_can_read():
    with pytest.raises(NetworkError, match="needs a network with a skip"):
        Settings(arms=("leave_one_out",)).arms_for(NETWORK.without_skips())


def test_an_own_arm_has_gains_of_its_own_per_skip():
    settings = Settings(arms=("skip", HALF))
    assert settings.arms == ("skip", "half")
    assert settings.own_arms == (HALF,)
    assert settings.arms_for(NETWORK)[1].gains(NETWORK) == [(2, 0), (0.5, 1)]


def test_a_standard_arm_given_as_an_arm_is_the_standard_arm():
    settings = Settings(arms=(STANDARD_ARMS["plain"], HALF))
    assert (settings.arms, settings.own_arms) == (("plain", "half"), (HALF,))


def test_own_arms_travel_in_a_link():
    settings = Settings(arms=("plain", HALF), seeds=3, clip=1.0, probes="full")
    assert link.decode(link.encode(NETWORK, settings)) == (NETWORK, settings)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"arms": ("skip", "nobody")}, "There is no arm 'nobody'. Known are skip, plain"),
        ({"arms": ("skip", "skip")}, "An arm is named twice"),
        ({"own_arms": (Arm(name="plain"),)}, "Two arms share one name"),
        ({"own_arms": (HALF, HALF)}, "Two arms share one name"),
        ({"arms": ()}, "at least 1"),
        ({"clip": 0}, "greater than 0"),
    ],
)
def test_settings_refuse_what_cannot_be(fields, message):
    with pytest.raises(ValidationError, match=message):
        Settings(**fields)


def test_a_run_has_so_many_steps_or_none_that_end_it():
    endless = Settings(steps=UNTIL_STOPPED)
    assert endless.endless
    assert not Settings(steps=MAX_STEPS).endless
    network = presets.load("default")
    assert link.decode(link.encode(network, endless)) == (network, endless)
    with pytest.raises(ValidationError, match="at most 100,000 steps, or goes on until stopped"):
        Settings(steps=MAX_STEPS + 1)
    with pytest.raises(ValidationError, match="cosine schedule needs a number of steps"):
        Settings(steps=UNTIL_STOPPED, schedule="cosine")
    with pytest.raises(ValueError, match="nobody could stop this run"):
        parse_settings({"steps": UNTIL_STOPPED})


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("steps", 200, "200"),
        ("steps", UNTIL_STOPPED, "until stopped"),
        ("rate_changes", ((9, 0.05), (1500, 1)), "0.05 from step 9 on, 1 from step 1,500 on"),
        ("rate_changes", (), "none"),
        ("arms", ("skip", "plain"), "skip, plain"),
        ("clip", None, "none"),
    ],
)
def test_settings_are_told_in_words(name, value, text):
    assert setting_text(name, value) == text


def test_an_arm_has_one_exception_per_skip():
    twice = (Gain(source=1, target=3, forward=0, backward=0),) * 2
    with pytest.raises(ValidationError, match="two exceptions for the same skip"):
        Arm(name="own", exceptions=twice)


def test_too_many_replicas_are_refused_before_anything_is_built():
    deep = Network.mlp(depth=60, width=4, skips=tuple((k, k + 1) for k in range(1, 40)))
    with pytest.raises(NetworkError, match=f"at most {MAX_REPLICAS}"):
        Settings(arms=("leave_one_out",), seeds=10).arms_for(deep)


def test_an_arm_uses_the_skips_that_carry_something():
    only_one = Arm(name="own", forward=0, backward=0, exceptions=HALF.exceptions)
    assert [skip.ends for skip in only_one.used_part(NETWORK).skips] == [(1, 3)]
    assert len(STANDARD_ARMS["gradient_only"].used_part(NETWORK).skips) == 2


@pytest.mark.parametrize(
    ("layer", "skip", "reader", "zeros"),
    [
        ({}, {}, {}, True),
        ({"activation": "tanh"}, {"join": "preactivation"}, {}, True),
        ({"activation": "sigmoid"}, {"join": "preactivation"}, {}, False),
        ({"state_norm": "layer"}, {}, {}, False),
        ({}, {}, {"order": "pre", "activation": "softplus"}, False),
    ],
)
def test_weights_that_read_what_is_appended_are_used_where_they_see_more_than_0(
    layer, skip, reader, zeros
):
    """Those of 8 columns, whose gradient autograd has without the skip."""
    network = Network.mlp(3, 8, "tanh").change_layer(2, **layer).change_layer(3, **reader)
    network = network.add_skip(1, 2, kind="concat", **skip)
    plain = STANDARD_ARMS["plain"]
    model = Model(network.on((5,), 3), arm=plain)
    model(torch.ones(4, 5)).sum().backward()
    columns = dict(model.named_parameters())["layer3.weight"].grad[:, 8:]
    assert bool((columns == 0).all()) == zeros
    counts = [n.on((5,), 3).counts.parameters for n in (network, plain.used_part(network))]
    assert counts[0] - counts[1] == (64 if zeros else 0)


def test_the_skips_that_carry_nothing_go_all_at_once(monkeypatch):
    """One network is checked, however many skips go; a check looks at every skip."""
    drawn = Network.mlp(30, 4, skips=tuple((p, q) for p in range(20) for q in range(p + 2, 30)))
    kept = drawn.skips[7]
    own = Gain(source=kept.source, target=kept.target, forward=1, backward=0)
    arm = Arm(name="own", forward=0, backward=0, exceptions=(own,))
    checked = []
    monkeypatch.setattr(
        "skipviz.network.architecture.errors",
        lambda depth, skips, _: checked.append((depth, skips)) or (),
    )
    used = arm.used_part(drawn)
    assert len(checked) == 1
    assert used == drawn.without_skips().add_skip(kept.source, kept.target)


def test_labels_are_words_for_standard_arms_and_the_name_for_others():
    assert arm_label("plain") == "without"
    assert arm_label("without 1 → 3") == "without 1 → 3"
