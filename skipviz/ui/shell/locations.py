"""Where the files that Streamlit serves are: app.py, pages, assets, settings."""

import sys
from pathlib import Path


def app_folder() -> Path:
    """The folder of app.py: inside an installed package, the root of a checkout."""
    installed = Path(__file__).parents[1] / "app_files"
    return installed if installed.is_dir() else Path(__file__).parents[3]


def command(*options: str) -> list[str]:
    """The command line that serves the app; `options` are those of `streamlit run`.

    Streamlit reads `.streamlit/config.toml` beside app.py, wherever it is started from.
    """
    return [sys.executable, "-m", "streamlit", "run", str(app_folder() / "app.py"), *options]
