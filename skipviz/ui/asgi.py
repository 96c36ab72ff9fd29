"""The app for a server of one's own choice: `uvicorn skipviz.ui.asgi:app`.

`streamlit run` reads the settings beside the script, and STREAMLIT_.. in the environment. A server
of one's own choice passes neither on: both are read here.
"""

import os
from collections.abc import Mapping
from typing import Any

from click.types import convert_type
from streamlit import config
from streamlit.config_option import ConfigOption
from streamlit.starlette import App
from streamlit.web import bootstrap

from skipviz.ui.serving import SERVED
from skipviz.ui.shell.locations import app_folder


def settings_in(environment: Mapping[str, str]) -> dict[str, Any]:
    """Streamlit's settings that an environment holds, by their names in config.toml."""
    options = config._config_options_template.values()  # what is read twice is warned of
    return {
        option.key: _read(option, environment[option.env_var])
        for option in options
        if option.env_var in environment and not option.sensitive  # Streamlit reads those itself
    }


def _read(option: ConfigOption, text: str) -> Any:
    kind = convert_type(option.type)
    return [kind(word) for word in text.split()] if option.multiple else kind(text)


_script = app_folder() / "app.py"
config._main_script_path = str(_script)  # as `streamlit run` does: its folder holds config.toml
bootstrap.load_config_options(settings_in(os.environ))

app = App(_script, **SERVED)
