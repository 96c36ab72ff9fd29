"""Same seed, same numbers."""

import numpy as np

from skipviz.training import train


def numbers(run, arm):
    return [run.gradient_norms(arm), run.gradient_norms(arm, of="state"), run.loss(arm)]


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_the_same_seed_gives_the_same_numbers(small):
    first, second = (train(small, steps=10, seed=3) for _ in range(2))
    assert all(same(numbers(first, arm), numbers(second, arm)) for arm in first.arms)


def test_another_seed_gives_other_numbers(small):
    first, second = (train(small, steps=1, seed=seed) for seed in (3, 4))
    assert not same(numbers(first, "skip"), numbers(second, "skip"))


def test_arms_start_with_the_same_weights(small):
    run = train(small.without_skips(), arms=("skip", "plain"), steps=3)
    assert same(numbers(run, "skip"), numbers(run, "plain"))


def test_several_seeds_are_the_runs_of_each_seed_alone(small):
    together = train(small, steps=8, seed=1, seeds=3)
    for offset in range(3):
        alone = train(small, steps=8, seed=1 + offset)
        np.testing.assert_allclose(
            together.gradient_norms("skip", seed=offset), alone.gradient_norms("skip"), rtol=1e-3
        )
        np.testing.assert_allclose(
            together.loss("plain", seed=offset), alone.loss("plain"), rtol=1e-5
        )


def test_the_order_of_the_arms_does_not_matter(small):
    forth = train(small, steps=8, arms=("skip", "plain"))
    back = train(small, steps=8, arms=("plain", "skip"))
    np.testing.assert_allclose(forth.gradient_norms("skip"), back.gradient_norms("skip"), rtol=1e-3)


def test_the_device_is_named(small):
    assert train(small, steps=0, device="cpu").device == "cpu"
