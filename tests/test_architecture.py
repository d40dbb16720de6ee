import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST = 250
"""Lines of a file: one that grows longer is about two things."""
SCREENS = [ROOT / "streamlit_app.py", *sorted((ROOT / "pages").glob("*.py"))]


def imported_modules(source: str) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module or "")
    return modules


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.name)
def test_pages_know_only_the_ui(path):
    ours = {name for name in imported_modules(path.read_text()) if name.split(".")[0] == "core"}
    assert {name for name in ours if not name.startswith("core.ui")} == set()


@pytest.mark.parametrize("package", ["problem", "methods"])
def test_torch_is_imported_only_inside_functions(package):
    for path in (ROOT / "core" / package).rglob("*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert "torch" not in imported_modules(ast.unparse(node)), path


def test_no_file_is_too_long():
    files = [
        path
        for folder in ("assets", "core", "pages", "tests")
        for pattern in ("*.py", "*.js", "*.css")
        for path in (ROOT / folder).rglob(pattern)
    ]
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files}
    assert lines
    assert {name: count for name, count in lines.items() if count > LONGEST} == {}


def test_every_dependency_is_pinned():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    wanted = [line.split("#")[0].strip() for line in lines]
    options = [line for line in wanted if line.startswith("--")]
    assert options == ["--extra-index-url https://download.pytorch.org/whl/cpu"]
    assert [line for line in wanted if line not in options and line and "==" not in line] == []
    assert "torch==2.13.0" in wanted
