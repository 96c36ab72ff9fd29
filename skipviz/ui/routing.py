"""What routes beside Streamlit's own share: where they are, and how long browsers keep a file."""

KEEP = "public, immutable, max-age=31536000"
"""Of a file whose name changes with what is in it."""


def paths_of(address: str) -> tuple[str, str]:
    """Of an address relative to that of the app: at the root, and under any prefix, that of
    `server.baseUrlPath` or of a proxy that keeps its own."""
    return f"/{address}", f"/{{_:path}}/{address}"
