"""Python source as a syntax tree, also where several threads ask for one at once."""

import ast
import threading

# CPython 3.11 counts the depth of a tree in a place that all threads share: two parses at once can
# end in "SystemError: AST constructor recursion depth mismatch".
_one_at_a_time = threading.Lock()


def syntax_tree(source: str) -> ast.Module:
    """The syntax tree of a piece of Python; raises SyntaxError where it is none.

    >>> len(syntax_tree("region = ''" + chr(10) + "cut = 3").body)
    2
    """
    with _one_at_a_time:
        return ast.parse(source)
