"""How long something takes, as a person says it."""


def duration_text(seconds: float) -> str:
    """Seconds up to a hundred, then minutes, then hours."""
    if seconds < 1.5:
        return "a second"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
