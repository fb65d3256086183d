import logging
import os

# Arrow's own pool keeps hundreds of MB that nobody uses; it is chosen when Arrow is first imported.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
# openpyxl writes other bytes where it finds lxml; it looks for it when it is first imported.
os.environ["OPENPYXL_LXML"] = "False"
# matplotlib says in English, among a report's words, that its first list of fonts takes a while.
logging.getLogger("matplotlib.font_manager").addFilter(
    lambda record: "building the font cache" not in record.getMessage()
)
