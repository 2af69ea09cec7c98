"""The architecture, read off the sources: who imports whom, how long things are, and what no test may do."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    p for folder in ("theory", "simulation", "reports", "tests", "notebooks") for p in (ROOT / folder).rglob("*.py")
)
FORBIDDEN = {
    "theory": {"simulation", "reports", "tests"},
    "simulation": {"theory", "reports", "tests"},
    "reports": {"tests"},
}
MAX_FILE, MAX_FUNCTION = 400, 40


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(tree: ast.AST) -> set[str]:
    nodes = list(ast.walk(tree))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {n.split(".")[0] for n in plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_layers_import_only_downwards(path: Path) -> None:
    layer = path.relative_to(ROOT).parts[0]
    assert not imported(ast.parse(path.read_text())) & FORBIDDEN.get(layer, set())


def test_the_layer_check_sees_every_form_of_import() -> None:
    source = "import theory.kernel\ndef f():\n    from simulation import run\n"
    assert imported(ast.parse(source)) == {"theory", "simulation"}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= MAX_FILE
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    long = {f.name: length for f in functions if (length := body_length(f)) > MAX_FUNCTION}
    assert not long


def body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, its docstring not counted."""
    docstring = function.body[0] if ast.get_docstring(function) else None
    documented = (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - documented


@pytest.mark.parametrize("path", [p for p in SOURCES if "tests" in p.parts], ids=name)
def test_no_test_is_skipped_or_empty(path: Path) -> None:
    tree = ast.parse(path.read_text())
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not attributes & {"skip", "skipif", "xfail", "importorskip"}
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    empty = [label for label in functions if label.startswith("test_") and not checks(label, functions, set())]
    assert not empty


def checks(label: str, functions: dict[str, ast.FunctionDef], seen: set[str]) -> bool:
    """Whether a function asserts, expects an exception, or calls a function of its module that does."""
    if label in {"raises", "fail"} or label.startswith("assert_"):
        return True
    if label not in functions or label in seen:
        return False
    nodes = list(ast.walk(functions[label]))
    called = [node.func for node in nodes if isinstance(node, ast.Call)]
    labels = [f.attr if isinstance(f, ast.Attribute) else f.id if isinstance(f, ast.Name) else "" for f in called]
    return any(isinstance(node, ast.Assert) for node in nodes) or any(
        checks(inner, functions, seen | {label}) for inner in labels
    )


def test_the_emptiness_check_follows_helpers_and_sees_through_none() -> None:
    source = "def helper():\n    assert 1\ndef test_a():\n    helper()\ndef test_b():\n    print()\n"
    functions = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    assert [checks(label, functions, set()) for label in ("test_a", "test_b")] == [True, False]
