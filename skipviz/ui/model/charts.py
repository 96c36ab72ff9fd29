"""The charts of a model at one step."""

from skipviz.figures.gradient import Kept, layer_curves_spec
from skipviz.figures.heatmap import layer_heatmap_spec
from skipviz.figures.training import training_curves_spec
from skipviz.language import _
from skipviz.own_model.run import ModelRun
from skipviz.ui.components.live import Chart

LAYERS, LOSS, HISTORY = "model_layers", "model_loss", "model_history"


def charts(
    run: ModelRun, shown: ModelRun, at: int | None, look: str, kept: Kept = ()
) -> list[Chart]:
    """Of a run in the theme `look`; `shown` is what is known at row `at`, None the newest, `kept`
    what is laid over it."""
    found = curves(run, shown, at, look, kept)
    if run.steps > 1:
        history = layer_heatmap_spec(run, "weight_gradient", look, at)
        note = _("One log scale for all arms; grey where nothing is known.")
        height = 110 + 90 * len(run.main_arms)
        found.append(Chart(HISTORY, history, _("|∂L/∂W|, layers × steps"), note, height))
    return found


def curves(
    run: ModelRun, shown: ModelRun, at: int | None, look: str, kept: Kept = ()
) -> list[Chart]:
    """Those that move with every step."""
    models = [(name, each) for name, each in kept if isinstance(each, ModelRun)]
    last = [(name, each.together()) for name, each in models]
    told = [(name, each) for name, each in models if each.tells_loss]
    found = [
        Chart(
            LAYERS,
            layer_curves_spec(shown, "weight_gradient", -1, look, last),
            _("Gradient of weights, per layer"),
            _(
                "|∂L/∂W|: norm of the gradient of a layer's weights, by the place of the layer in "
                "the model."
            ),
            360,
            4 if run.tells_loss else 6,
        )
    ]
    if run.tells_loss:
        loss = training_curves_spec(run, look, at, told)
        found.append(Chart(LOSS, loss, _("Loss"), _("Loss of each batch."), 360, 2))
    return found
