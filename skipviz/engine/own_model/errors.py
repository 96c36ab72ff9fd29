"""What is said where a model cannot be followed."""


class WatchError(RuntimeError):
    """A model or a loop that cannot be followed: where, what, and how to put it right.

    >>> import skipviz as sv
    >>> import torch
    >>> with sv.watch(torch.jit.script(torch.nn.Linear(2, 2))): pass
    Traceback (most recent call last):
    ...
    skipviz.engine.own_model.errors.WatchError: The model is compiled by TorchScript, whose \
operations Python does not see. Watch the model as it was before torch.jit.
    """
