"""The app for a server of one's own choice: `uvicorn skipviz.ui.asgi:app`."""

from streamlit.starlette import App

from skipviz.ui.serving import SERVED
from skipviz.ui.shell.locations import app_folder

app = App(app_folder() / "app.py", **SERVED)
