"""The structure of the code: layers, who imports what, sizes, and that the library never prints.

Whatever must break a rule stands in `EXCEPTIONS` with its reason. The list only shrinks: an entry
that is no longer needed fails the test.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "pipeline"
MODULES = sorted(PACKAGE.rglob("*.py"))

MODULE_LINES, HARD_MODULE_LINES = 300, 400
FUNCTION_LINES, HARD_FUNCTION_LINES = 40, 60
PARAMETERS = 5
SHORT = 4  # lines

# What is larger than it should be (never over the hard limits), and why.
EXCEPTIONS: dict[str, str] = {
    "model": "all values that travel between stages stand in one place",
}

# From the ground up; a module may import from its own layer and those below.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset(
        {
            "__init__",
            "codes",
            "errors",
            "geometry",
            "characters",
            "toml_files",
            "party",
            "picture",
            "unit_settings",
            "doubt_settings",
            "lexicon",
            "notes",
        }
    ),
    frozenset({"model", "config", "roster_file", "gazetteer_file"}),
    frozenset({"grid", "watch", "kinds"}),
    frozenset({"sources", "render", "textlayer", "ocr", "scan"}),
    frozenset({"tables"}),
    frozenset({"normalise", "markup"}),
    frozenset({"contract", "schema", "row_types", "rows"}),
    frozenset({"corrections"}),
    frozenset(
        {
            "validate",
            "attach",
            "sheets",
            "together",
            "write",
            "manifest",
            "evaluate",
            "outputs",
            "report",
        }
    ),
    frozenset({"pages", "run"}),
    frozenset({"show"}),
    frozenset({"inspect", "batch"}),
    frozenset({"review"}),
    frozenset({"cli", "commands", "console", "options", "progress", "review_commands", "__main__"}),
)

# Third-party packages that only these modules (or all below a package) import.
ONLY: dict[str, tuple[str, ...]] = {
    "pdfplumber": ("textlayer",),
    "pdfminer": ("textlayer",),
    "pypdfium2": ("render",),
    "cv2": ("scan", "render", "ocr"),
    "paddleocr": ("ocr.predictors",),
    "paddlex": ("ocr.paddle", "ocr.predictors"),
    "onnxruntime": (),
    "jieba": ("normalise.seams", "lexicon"),
    "rapidfuzz": ("normalise.nearest", "evaluate"),
    "pyarrow": ("contract", "schema", "write", "outputs", "batch"),
    "pydantic": ("config", "unit_settings", "doubt_settings"),
    "typer": ("cli", "commands", "options", "review_commands"),
    "rich": ("console", "progress"),
    "psutil": ("batch.crew",),
    "watchfiles": ("batch.watching",),
    "fastapi": ("review.app", "review.serve"),
    "uvicorn": ("review.serve",),
    "jinja2": ("show.pages",),
    "markupsafe": ("show.pages",),
    "ray": ("batch.ray_cluster",),
}
# Type-checking imports of `watch` name the engine and the reading; nothing runs.
ONLY_TYPES = {("watch", "ocr")}


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


TREES = {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def rank(name: str) -> int:
    for number, layer in enumerate(LAYERS):
        if name.split(".")[0] in layer:
            return number
    raise AssertionError(f"{name} stands in no layer: add it to LAYERS")


def imports(tree: ast.AST) -> Iterator[str]:
    """Every imported module, also those imported inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "pipeline":
                # `from pipeline import x` is a module where there is one, else a name of __init__.
                for alias in node.names:
                    known = any(name.split(".")[0] == alias.name for name in TREES)
                    yield f"pipeline.{alias.name}" if known else "pipeline.__init__"
            else:
                yield node.module


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    body = node.body
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node) and isinstance(body[0], ast.Expr):
        lines -= (body[0].end_lineno or body[0].lineno) - body[0].lineno + 1
    return lines


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    names = [item.arg for item in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def too_large() -> Iterator[tuple[str, int, int]]:
    """Everything over the soft limits: its name, its size, its hard limit."""
    for path in MODULES:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > MODULE_LINES:
            yield name_of(path), lines, HARD_MODULE_LINES
    for name, tree in TREES.items():
        for node in functions(tree):
            if length(node) > FUNCTION_LINES:
                yield f"{name}:{node.name}", length(node), HARD_FUNCTION_LINES
            # A command's parameters are its options: the command line is its interface.
            if parameters(node) > PARAMETERS and name not in {"cli", "commands", "review_commands"}:
                yield f"{name}:{node.name}()", parameters(node), PARAMETERS


def test_there_is_something_to_judge() -> None:
    assert len(MODULES) > 20
    assert {name for layer in LAYERS for name in layer} >= {name.split(".")[0] for name in TREES}


@pytest.mark.parametrize("name", TREES)
def test_a_module_imports_only_from_below(name: str) -> None:
    for target in imports(TREES[name]):
        root, _, rest = target.partition(".")
        if root != "pipeline" or not rest:
            continue
        top = rest.split(".")[0]
        if (name, top) not in ONLY_TYPES:
            assert rank(top) <= rank(name), f"{name} imports {target} from a layer above"


@pytest.mark.parametrize("name", TREES)
def test_a_package_is_imported_only_where_it_belongs(name: str) -> None:
    for target in imports(TREES[name]):
        package = target.split(".")[0]
        if package in ONLY:
            homes = ONLY[package]
            allowed = any(name == home or name.startswith(f"{home}.") for home in homes)
            assert allowed, f"{name} imports {package}, which only {homes} may"


@pytest.mark.parametrize("name", TREES)
def test_the_library_neither_prints_nor_asserts_nor_exits(name: str) -> None:
    for node in ast.walk(TREES[name]):
        assert not isinstance(node, ast.Assert), f"{name}:{node.lineno} asserts at run time"
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in {"print", "pprint"}, f"{name}:{node.lineno} prints"
            if name not in {"cli", "__main__"}:
                assert called not in {"exit", "quit", "sys.exit", "os._exit"}, name


@pytest.mark.parametrize("name", TREES)
def test_every_module_and_public_function_says_what_it_is(name: str) -> None:
    tree = TREES[name]
    assert ast.get_docstring(tree), f"{name} has no docstring"
    assert isinstance(tree, ast.Module)
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        # A function of a line or two whose name says all needs no more words.
        if isinstance(node, ast.FunctionDef) and length(node) <= SHORT:
            continue
        assert ast.get_docstring(node), f"{name}.{node.name} has no docstring"


def test_nothing_is_over_the_hard_limits() -> None:
    assert [item for item in too_large() if item[1] > item[2]] == []


def test_what_is_larger_says_why_and_the_list_only_shrinks() -> None:
    large = {name for name, _, _ in too_large()}
    assert large - set(EXCEPTIONS) == set(), "make it smaller, or say in EXCEPTIONS why it is so"
    assert set(EXCEPTIONS) - large == set(), "no longer needed: remove it from EXCEPTIONS"


def test_the_rules_catch_what_they_are_for() -> None:
    bad = ast.parse("def f(a, b, c, d, e, g):\n    import cv2.x\n    from pipeline import run\n")
    assert list(imports(bad)) == ["cv2.x", "pipeline.run"]
    assert [parameters(node) for node in functions(bad)] == [6]
    assert rank("cli") > rank("run") > rank("write") > rank("grid.lines") > rank("geometry")
