"""Sphinx's settings of the site."""

from pathlib import Path

import skipviz

project = "skipviz"
author = "skipviz contributors"
version = release = skipviz.__version__
extensions = ["myst_parser"]
myst_enable_extensions = ["dollarmath", "amsmath", "attrs_inline"]
myst_heading_anchors = 4
suppress_warnings = ["toc.not_included", "myst.header"]
html_theme = "furo"
html_title = "skipviz"
html_favicon = "assets/icon.svg" if Path("assets/icon.svg").exists() else None
html_static_path = ["scripts"]
html_js_files = ["plotly.min.js"] if Path("scripts/plotly.min.js").exists() else []
mathjax_path = "tex-svg-full.js"
mathjax3_config = {"tex": {"macros": {"bm": [r"\boldsymbol{#1}", 1]}}}  # which KaTeX knows as bm
html_extra_path = ["assets/playground-light.png", "custom.css"]
html_copy_source = False
html_show_copyright = False
html_css_files = ["../custom.css"]
