"""The description of the package, and what is served of it.

Puts app.py, the pages, the logos and Streamlit's settings into the wheel, beside each other.

In a checkout they lie at the root, where Streamlit and its hosts look for them. An installed
package finds the same files in `skipviz/ui/app_files`, so nothing exists twice in the repository.
"""

import re
import shutil
import tomllib
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


def description() -> str:
    """README with addresses in place of paths: a package index shows it without the repository."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    source = project["urls"]["Source"]
    raw = source.replace("https://github.com/", "https://raw.githubusercontent.com/")
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"(!\[[^\]]*\]\()(?!https?:|#)", rf"\1{raw}/main/", text)
    return re.sub(r"(?<!!)(\[[^\]!]*\]\()(?!https?:|#)", rf"\1{source}/blob/main/", text)


setup(
    long_description=description(),
    long_description_content_type="text/markdown",
    cmdclass={"build_py": BuildWithApp},
)
