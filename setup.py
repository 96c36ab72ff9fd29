"""Puts app.py, the pages, the logos and Streamlit's settings into the wheel, beside each other.

In a checkout they lie at the root, where Streamlit and its hosts look for them. An installed
package finds the same files in `skipviz/ui/app_files`, so nothing exists twice in the repository.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
SERVED = (
    "app.py",
    "pages/*.py",
    "assets/*.svg",
    "assets/playground-light.png",
    "assets/models/*.json",
    ".streamlit/config.toml",
)


class BuildWithApp(build_py):
    """The ordinary build, then the files that are served."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        folder = Path(self.build_lib) / "skipviz" / "ui" / "app_files"
        for pattern in SERVED:
            for source in ROOT.glob(pattern):
                target = folder / source.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)


setup(cmdclass={"build_py": BuildWithApp})
