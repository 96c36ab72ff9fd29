"""What a command says when it cannot do what it was asked for."""


class CommandError(ValueError):
    """Arguments that cannot be; the message is for people."""
