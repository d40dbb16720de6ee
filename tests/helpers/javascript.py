"""Modules of a folder `frontend`, imported and called in a page of the tests' browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

import core.ui.figures

FOLDER = Path(core.ui.figures.__file__).parent / "frontend"
ADDRESS = "http://frontend.test/"
# What `theme` reads from a page.
LIGHT = {"text": "#20262e", "background": "#ffffff", "dark": False, "size": 16, "font": "x"}
DARK = {"text": "#e4e7ea", "background": "#14171b", "dark": True, "size": 16, "font": "x"}

# Typed arrays go over as lists, and what JSON cannot say ("-0", NaN) survives Playwright.
CALL = """async ([module, name, values]) => {
  const plain = (value) => {
    if (ArrayBuffer.isView(value)) return Array.from(value);
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
  };
  return plain((await import(module))[name](...values));
}"""


class Frontend:
    """A page at an address of its own that gets its modules from their folder, and nothing else."""

    def __init__(self, page: Page, folder: Path = FOLDER) -> None:
        self.page = page
        self.folder = folder
        page.route("**/*", self._answer)
        page.goto(ADDRESS)

    def _answer(self, route: Route) -> None:
        name = route.request.url.removeprefix(ADDRESS)
        if name.endswith(".js"):
            route.fulfill(path=self.folder / name, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    def call(self, module: str, name: str, *values: Any) -> Any:
        """Return what an exported function gives for values that JSON or Playwright can carry."""
        return self.page.evaluate(CALL, [f"{ADDRESS}{module}.js", name, list(values)])

    def run(self, code: str, values: Any = None) -> Any:
        """Run a function ``(load, values) => …``; ``await load("numbers")`` is that module."""
        wrapped = f"""async ([address, values]) => {{
          const load = (module) => import(`${{address}}${{module}}.js`);
          return await ({code})(load, values);
        }}"""
        return self.page.evaluate(wrapped, [ADDRESS, values])
