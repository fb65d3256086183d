"""What a warm kernel has imported before its first cell. To import this module is the warming: kernels are forked after it."""

import gc
import os
from importlib import import_module

os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # the kernel's debugger, imported here, would write a warning to stderr

MODULES = (
    "ipykernel.kernelapp", "ipykernel.debugger", "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "IPython.utils.wildcard", "sqlite3", "tornado.platform.asyncio",
    "babel.dates", "babel.numbers", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "matplotlib.pyplot",
    "numpy.random", "pandas", "pyarrow.parquet", "seaborn", "analysis.kernels", "analysis.words",
)  # fmt: skip

for module in MODULES:
    import_module(module)

gc.collect()
gc.freeze()  # a forked kernel's collections then leave these objects' pages shared
