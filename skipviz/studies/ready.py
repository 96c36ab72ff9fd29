"""Small studies that are ready to run: each asks one question and takes seconds."""

from skipviz.language import N_
from skipviz.studies.study import Study

READY: dict[str, Study] = {
    "one_skip": Study(
        title=N_("Where to put one skip"),
        question=N_(
            "One skip p → q in a chain of 12 layers: where does the first layer gain most?"
        ),
        depth=(12,),
        width=(64,),
        pattern=("none", "single"),
        across="target",
        by="source",
    ),
    "depth": Study(
        title=N_("Depth against gradient"),
        question=N_(
            "How does the gradient of the first layer fade with depth, and what do skips do?"
        ),
        depth=(2, 4, 8, 16, 32, 64),
        pattern=("none", "residual 2", "dense"),
    ),
    "activation": Study(
        title=N_("Activation × depth"),
        question=N_("Which activation loses the gradient how fast, in a chain without skips?"),
        depth=(2, 4, 8, 16, 32),
        width=(64,),
        activation=("relu", "tanh", "sigmoid", "gelu", "identity"),
        init=("xavier",),
        by="activation",
    ),
    "init_norm": Study(
        title=N_("Init × normalisation"),
        question=N_("Does normalisation make up for the initial weights at 30 layers?"),
        depth=(30,),
        width=(64,),
        init=("pytorch", "xavier", "he", "orthogonal"),
        norm=("none", "batch", "layer"),
        pattern=("none", "residual 2"),
        across="norm",
        by="init",
    ),
    "branch_scale": Study(
        title=N_("How loud the branch should be"),
        question=N_("A skip around every tanh layer: which factor on the branch keeps it level?"),
        depth=(2, 4, 8, 16, 32, 64),
        width=(64,),
        activation=("tanh",),
        init=("he",),
        pattern=("residual 1",),
        branch_scale=(0.1, 0.3, 1.0),
        by="branch_scale",
    ),
    "learning_rate": Study(
        title=N_("Learning rates that work"),
        question=N_(
            "With skips a deep network trains over a wider range of learning rates. Does it?"
        ),
        depth=(30,),
        activation=("tanh",),
        init=("xavier",),
        pattern=("none", "residual 2"),
        learning_rate=(0.001, 0.003, 0.01, 0.03, 0.1),
        measure="training",
        steps=150,
        seeds=2,
        across="learning_rate",
    ),
}
