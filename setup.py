"""The notebooks lie at the top of the project, and go into the wheel as `analysis/notebooks`."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithNotebooks(build_py):
    """The package's modules and data, and beside them the notebooks as they are written, never a copy that was run."""

    def run(self):
        super().run()
        if self.editable_mode:  # the source tree has them where they are
            return
        for file in sorted(Path("notebooks").glob("**/*.ipynb")):
            if ".ipynb_checkpoints" in file.parts or file.name in (
                "my-question.ipynb",
                "prepare.ipynb",
            ):
                continue
            if file.name.startswith("start.") and file.name != "start.ipynb":
                continue
            place = Path(self.build_lib, "analysis", file)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, place)


setup(cmdclass={"build_py": WithNotebooks})
