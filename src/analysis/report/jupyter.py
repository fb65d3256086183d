"""nbformat and nbconvert, a second quicker to import: without the grammar of international addresses.

jsonschema builds that grammar, where `rfc3987_syntax` is installed, for a format that no notebook's schema has. A name that
`sys.modules` holds as None cannot be imported, and jsonschema then goes without.
"""

import sys

_absent = "rfc3987_syntax" not in sys.modules
if _absent:
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
try:
    import nbconvert
    import nbformat
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
finally:
    if _absent:
        del sys.modules["rfc3987_syntax"]

__all__ = ["IPythonRenderer", "MarkdownWithMath", "nbconvert", "nbformat"]
