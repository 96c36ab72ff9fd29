"""What a study expands to: which runs, with which keys, and what is refused."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skipviz import presets
from skipviz.network import Network
from skipviz.studies import READY, Pattern, Study, StudyError, trials

DOCS = Path(__file__).parents[3] / "docs" / "studies"

NAMES = ["none", "dense", "dense add", "ends", "mirror", "every 2", "residual 3"]
several = {"min_size": 1, "max_size": 3, "unique": True}
studies = st.builds(
    Study,
    title=st.text(min_size=1, max_size=20),
    depth=st.lists(st.integers(1, 9), **several),
    width=st.lists(st.integers(1, 64), **several),
    activation=st.lists(st.sampled_from(["relu", "tanh", "sigmoid"]), **several),
    init=st.lists(st.sampled_from(["he", "xavier", "pytorch"]), **several),
    pattern=st.lists(st.sampled_from(NAMES), **several),
    branch_scale=st.lists(st.sampled_from([1.0, 0.5]), **several),
    arms=st.lists(st.sampled_from(["skip", "plain", "gradient_only"]), **several),
    seeds=st.integers(1, 3),
)


@settings(max_examples=30)
@given(studies)
def test_keys_are_unique_and_the_same_every_time(study: Study) -> None:
    keys = [trial.key for trial in trials(study)]
    assert len(set(keys)) == len(keys)
    assert keys == [trial.key for trial in trials(Study.of(study.model_dump(mode="json")))]


@settings(max_examples=30)
@given(studies)
def test_there_are_never_more_runs_than_announced(study: Study) -> None:
    assert 0 < len(trials(study)) <= study.most_runs()


@settings(max_examples=30)
@given(studies)
def test_a_study_comes_back_from_its_toml(study: Study) -> None:
    assert Study.from_toml(study.to_toml()) == study


@settings(max_examples=30)
@given(studies, st.integers(1, 50))
def test_a_key_depends_on_what_fixes_the_numbers_and_on_nothing_else(study, by) -> None:
    """Another title changes no key, another batch size changes all."""
    keys = {trial.key for trial in trials(study)}
    renamed = study.model_copy(update={"title": "another", "steps": 7})
    assert {trial.key for trial in trials(renamed)} == keys
    other = study.model_copy(update={"batch_size": study.batch_size + by})
    assert keys.isdisjoint(trial.key for trial in trials(other))


def test_adding_values_keeps_the_keys_of_the_runs_there_were() -> None:
    small = Study(depth=(4, 8), seeds=2)
    large = Study(depth=(4, 6, 8), seeds=5, pattern=("none", "residual 2"))
    assert {t.key for t in trials(small)} < {t.key for t in trials(large)}


@pytest.mark.parametrize(
    ("pattern", "skips"),
    [
        ("none", ()),
        ("every 2", ((1, 2), (3, 4), (5, 6))),
        ("every 1", ((1, 2), (2, 3), (3, 4), (4, 5), (5, 6))),
        ("residual 2", ((1, 3), (3, 5))),
        ("ends", ((1, 6),)),
        ("mirror", ((1, 6), (2, 5), (3, 4))),
    ],
)
def test_patterns_are_those_of_their_names(pattern, skips) -> None:
    (trial,) = trials(Study(depth=6, pattern=pattern, seeds=1))
    assert trial.network == Network.mlp(depth=6, width=32, skips=skips)


def test_residual_2_is_the_pattern_of_the_default_network() -> None:
    (trial,) = trials(Study(depth=40, width=64, pattern="residual 2", seeds=1))
    assert trial.network == presets.load("default")


def test_single_draws_every_skip_once() -> None:
    found = trials(Study(depth=12, pattern="single", seeds=1, across="target", by="source"))
    ends = [(trial.factors["source"], trial.factors["target"]) for trial in found]
    assert len(set(ends)) == len(ends) == 66
    assert all(trial.network.skips[0].ends == e for trial, e in zip(found, ends, strict=True))


def test_dense_concatenates() -> None:
    (trial,) = trials(Study(depth=3, width=8, pattern="dense", seeds=1))
    assert [skip.kind for skip in trial.network.skips] == ["concat", "concat"]
    assert trial.network.shapes((64,))[1:4] == ((8,), (16,), (24,))


def test_a_preset_occurs_once_whatever_else_varies() -> None:
    study = Study(depth=(4, 8), width=(8, 16), pattern="preset residual", seeds=2)
    found = trials(study)
    assert [trial.seed for trial in found] == [0, 1]
    assert found[0].network == presets.load("residual")


def test_a_network_without_skips_has_one_arm() -> None:
    study = Study(pattern=("none", "residual 2"), arms=("skip", "plain"), seeds=1)
    assert [(t.factors["pattern"], t.arm) for t in trials(study)] == [
        ("none", "skip"),
        ("residual 2", "skip"),
        ("residual 2", "plain"),
    ]


def test_given_skips_may_be_wrong_and_then_say_so_in_their_own_run() -> None:
    pattern = Pattern(name="mine", skips=((1, 3), (2, 99)))
    (trial,) = trials(Study(depth=5, pattern=pattern, seeds=1))
    assert trial.network is None
    assert "99" in trial.error


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("depth = 0", "depth: Input should be greater than or equal to 1, not 0."),
        ("depth = [4, 4]", "depth holds a value twice."),
        ("deep = 3", "There is no field 'deep'. Did you mean depth?"),
        ("lr = 3", "There is no field 'lr'. Did you mean learning_rate?"),
        ("zzz = 3", "There is no field 'zzz'. Known are title, question, data, depth, width,"),
        ('init = {scheme = "he", gian = 2}', "init.gian: Extra inputs are not permitted, not 2."),
        ('activation = "rellu"', "'selu' or 'crelu', not 'rellu'. Did you mean relu?"),
        ('pattern = "residual"', "There is no skip pattern 'residual'. Write one of: none"),
        ('pattern = "preset resnet1"', "There is no preset 'resnet1'."),
        ('data = "digitz"', "There is no data set 'digitz'."),
        ('arms = ["skip", "bare"]', "There is no arm 'bare'."),
        ("learning_rate = [0.1, 0.2]", "does not depend on the learning rate"),
        ('across = "depth"\nby = "depth"', "take two different factors"),
        ('depth = [900, 901]\npattern = "single"', "at most 100,000 are allowed"),
        ("depth = ", "This is no TOML"),
        ("momentum = nan", "momentum"),
    ],
)
def test_what_cannot_be_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(StudyError) as error:
        Study.from_toml(text)
    assert message in str(error.value)
    assert "http" not in str(error.value)


def test_the_class_itself_refuses_in_the_same_words() -> None:
    fields = {"depth": "x", "lr": 3, "seeds": 0}
    with pytest.raises(StudyError) as caught:
        Study(**fields)
    assert str(caught.value).splitlines() == [
        "depth: Input should be a valid integer, not 'x'.",
        "seeds: Input should be greater than or equal to 1, not 0.",
        "There is no field 'lr'. Did you mean learning_rate?",
    ]
    for wrong in (fields, {3: 4}, 3):
        with pytest.raises(StudyError):
            Study.of(wrong)


def test_the_studies_in_docs_are_sound() -> None:
    found = {path.stem: Study.from_file(path) for path in DOCS.glob("*.toml")}
    assert found["depth"] == READY["depth"]
    assert found["sweep"].most_runs() == 6912
