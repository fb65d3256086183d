"""What a warm kernel has imported before its first cell.

To import this module is the warming: kernels are forked after it.
"""

import gc
import os
from importlib import import_module
from pkgutil import iter_modules

from analysis import exhibits
from analysis.text import formatting

os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = (
    "1"  # the kernel's debugger, imported here, would write a warning to stderr
)

MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "IPython.utils.wildcard",
    "sqlite3",
    "tornado.platform.asyncio",
    "babel.dates",
    "babel.numbers",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "numpy.random",
    "pandas",
    "pandas.io.formats.html",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "seaborn",
    "analysis.explore",
    "analysis.run.warm_kernels",
    *(f"analysis.exhibits.{module.name}" for module in iter_modules(exhibits.__path__)),
)

for module in MODULES:
    import_module(module)
for language in formatting.LANGUAGES:
    formatting.catalogue(language)

gc.collect()
gc.freeze()  # a forked kernel's collections then leave these objects' pages shared
