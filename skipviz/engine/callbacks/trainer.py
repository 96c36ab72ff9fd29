"""The callback of the Trainer of Hugging Face."""

from typing import Any, Self

from skipviz.engine.callbacks.watching import Watching
from skipviz.language import _

try:
    from transformers import TrainerCallback
except ImportError as error:
    raise ImportError(
        _("TrainerWatch needs transformers: pip install 'skipviz[transformers]'.")
    ) from error


class TrainerWatch(Watching, TrainerCallback):  # type: ignore[misc]
    """Watches the model, or a module of it, while `Trainer.train` trains it.

    Arguments are those of `Watching`. A frame is one backward pass: with
    `gradient_accumulation_steps=4` there are four frames in a step, of losses that the Trainer has
    divided by four.

    The Trainer tells its callbacks nothing of an error. `with TrainerWatch(..) as callback:` around
    `trainer.train()` leaves the model as it was all the same; so does the next `train`.
    """

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """The Trainer hands over the model itself, not what Accelerate wraps around it."""
        self.begin(kwargs["model"], writes=state.is_world_process_zero)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """The last step is done."""
        self.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
