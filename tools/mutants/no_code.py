"""What a mutation test leaves out, since no run of the program depends on it.

`strict=True` of a zip is among it: it asserts what holds in every run.
"""

import ast
from collections.abc import Iterator

Position = tuple[int, int]  # line from 1, column from 0
Span = tuple[Position, Position]
_FOR_TYPES = {"overload", "abstractmethod"}  # decorators that only a type checker acts on


def no_code(source: str) -> list[Span]:
    """Where types are declared, and what is shown to programmers only."""
    return [_span(node) for node in _left_out(ast.parse(source))]


def _left_out(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        match node:
            case ast.arg(annotation=ast.expr() as annotation):
                yield annotation
            case ast.AnnAssign(annotation=annotation):
                yield annotation
            case ast.FunctionDef(name="__repr__"):
                yield node
            case ast.FunctionDef(returns=returns, decorator_list=decorators):
                yield from [returns] if returns else []
                yield from (each for each in decorators if _for_types(each))
            case ast.Call(func=ast.Name(id="zip"), keywords=keywords):
                yield from keywords
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                yield node
    yield from (node for node in tree.body if _names_a_type(node))


def _for_types(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Name) and decorator.id in _FOR_TYPES


def _names_a_type(node: ast.stmt) -> bool:
    """`Either = This | That`: with another sign it would not even load."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name.strip("_")[0].isupper() and (len(name) == 1 or not name.isupper())
    return False


def _span(node: ast.AST) -> Span:
    """Decorators begin at their at-sign, one column before their expression."""
    place = node  # every node found has a place
    assert isinstance(place, ast.expr | ast.stmt | ast.keyword)
    assert place.end_lineno is not None
    assert place.end_col_offset is not None
    first = (place.lineno, max(0, place.col_offset - 1))
    return first, (place.end_lineno, place.end_col_offset)
