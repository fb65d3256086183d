import os

# Arrow's own pool keeps hundreds of MB that nobody uses; it is chosen when Arrow is first imported.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
