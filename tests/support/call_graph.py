"""A static call graph of `eventhub`: the refusals that a function can raise, by itself and through what it calls.

Names are resolved by imports. A function counts as called wherever it is named, so a callback is followed too; methods
of instances are not followed. `transaction()` also turns violated constraints into Taken and EditConflict, which no
`raise` names (FROM_CONSTRAINTS).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from eventhub.domain import errors

ROOT = Path(__file__).resolve().parents[2]
Names = frozenset[str]
REFUSALS = {
    name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.Refusal)
}
#: What `transaction()` makes of a violated constraint (`refusal_of`).
FROM_CONSTRAINTS: Names = frozenset({"Taken", "EditConflict"})


@dataclass
class Module:
    """A module's functions, and what its imports name, both by name; imports as dotted paths."""

    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)


@cache
def modules() -> dict[str, Module]:
    """Return all modules of `eventhub` by dotted name."""
    found = {}
    for path in (ROOT / "eventhub").rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        package = parts[:-1]
        module = found[".".join(package if parts[-1] == "__init__" else parts)] = Module()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                base = [*package[: len(package) - node.level + 1]] if node.level else []
                source = ".".join([*base, *([node.module] if node.module else [])])
                module.imports |= {alias.asname or alias.name: f"{source}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.FunctionDef):
                module.functions.setdefault(node.name, node)
    return found


def _target(module: Module, name: str, node: ast.expr) -> str | None:
    """Return the dotted path of what an expression names: a function of this module, or something imported."""
    if isinstance(node, ast.Name):
        return f"{name}.{node.id}" if node.id in module.functions else _source(module.imports.get(node.id))
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in module.imports:
        return _source(f"{module.imports[node.value.id]}.{node.attr}")
    return None


def _source(path: str | None) -> str | None:
    """Follow a path through the packages that only pass a name on."""
    while path is not None:
        if path in modules():  # a package that imports its own modules names them by their own paths
            return path
        module, _, name = path.rpartition(".")
        if module not in modules() or name in modules()[module].functions or name not in modules()[module].imports:
            return path
        path = modules()[module].imports[name]
    return None


def _caught(handler: ast.ExceptHandler) -> Names:
    """Return the names of the refusals that an `except` catches."""
    kinds = ast.walk(handler.type) if handler.type is not None else [ast.Name("BaseException")]
    named = {node.id for node in kinds if isinstance(node, ast.Name)}
    return frozenset(n for n, kind in REFUSALS.items() if named & {base.__name__ for base in kind.__mro__})


def _raised(node: ast.AST, module: Module, name: str, known: dict[str, Names], again: Names = frozenset()) -> Names:
    """Return what a piece of code raises; `again` is what a bare `raise` in it raises."""
    inner = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.ExceptHandler)]
    if isinstance(node, ast.Raise):
        kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        own = frozenset({kind.id} & REFUSALS.keys()) if isinstance(kind, ast.Name) else frozenset()
        return own if node.exc is not None else again
    if isinstance(node, ast.Try):
        left = frozenset().union(*(_raised(part, module, name, known, again) for part in node.body))
        found: Names = frozenset()
        for handler in node.handlers:
            taken = left & _caught(handler)
            left -= taken
            found = found.union(*(_raised(part, module, name, known, taken) for part in handler.body))
        rest = (*node.orelse, *node.finalbody)
        return found.union(left, *(_raised(part, module, name, known, again) for part in rest))
    called = _target(module, name, node) if isinstance(node, ast.Name | ast.Attribute) else None
    below = (_raised(child, module, name, known, again) for child in inner)
    return known.get(called or "", frozenset()).union(*below)


@cache
def refusals() -> dict[str, Names]:
    """Return the refusals that each function can raise, by its dotted path: the least fixed point over all calls."""
    known: dict[str, Names] = {}
    while True:
        new = {
            f"{name}.{function}": frozenset().union(*(_raised(part, module, name, known) for part in node.body))
            for name, module in modules().items()
            for function, node in module.functions.items()
        }
        if new == known:
            return known
        known = new


def named(docstring: str) -> Names:
    """Return the refusals that a docstring's sentences `Raises: X, Y when …` name."""
    sentences: Iterator[re.Match[str]] = re.finditer(r"Raises: (.+?)(?:\.\s|\.?\Z|\n\n)", docstring, re.DOTALL)
    return frozenset(word for found in sentences for word in re.findall(r"\w+", found[1]) if word in REFUSALS)


def transacts(path: str) -> bool:
    """Return whether a function opens a transaction itself, and so may meet a violated constraint."""
    module, _, function = path.rpartition(".")
    return "transaction()" in ast.unparse(modules()[module].functions[function])
