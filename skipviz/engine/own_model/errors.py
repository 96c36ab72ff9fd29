"""What is said where a model cannot be followed."""


class WatchError(RuntimeError):
    """A model or a loop that cannot be followed: where, what, and how to put it right.

    >>> import skipviz as sv
    >>> import torch
    >>> try:
    ...     sv.watch(torch.nn.DataParallel(torch.nn.Linear(2, 2)))
    ... except sv.WatchError as error:
    ...     print(error)
    The model is DataParallel, which copies the model in every step. Use DistributedDataParallel, \
or the model inside of it.
    """
