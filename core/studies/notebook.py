"""A recipe as a Jupyter notebook that carries everything it reads.

Its files, the image and the weights of a network, stand in one cell as text, which puts them
beside it.
"""

import base64
import hashlib
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from nbformat import v4

from core.studies.export import Recipe

PICTURE = """\
figure, axes = plt.subplots()
picture = axes.imshow(reconstruction, cmap="bone", vmin=min(0, {like}.min()), vmax={like}.max())
axes.set_title({title!r})
figure.colorbar(picture)
plt.show()"""
UNPACK = """\
FILES = {{
{files}
}}
for name, text in FILES.items():
    Path(name).write_bytes(zlib.decompress(base64.b64decode(text)))"""
DRAWS_WITH = "matplotlib"


def notebook(recipe: Recipe) -> str:
    """The recipe as the text of an `.ipynb` file, the same each time.

    Its last cell draws the image in the grey range of the truth, or in its own where there is none.
    """
    packages = " ".join(notebook_packages(recipe))
    opening = f"# {recipe.title.removesuffix('.')}\n\nIt needs `pip install {packages}`."
    imports, *rest = recipe.pieces
    more = ["import matplotlib.pyplot as plt"]
    if recipe.files:
        opening += " The next cell but one writes the files that it reads into the present folder."
        more = ["import base64", "import zlib", "from pathlib import Path", *more]
    cells = [_cell(v4.new_markdown_cell, opening), _code("\n".join([imports, "", *more]))]
    if recipe.files:
        cells.append(_code(_unpack(recipe.files), jupyter={"source_hidden": True}))
    cells += [_code(piece.strip("\n")) for piece in rest]
    cells.append(_code(PICTURE.format(title=recipe.title.removesuffix("."), like=recipe.picture)))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    text: str = v4.writes(v4.new_notebook(cells=cells, metadata=metadata))
    return f"{text}\n"


def notebook_packages(recipe: Recipe) -> tuple[str, ...]:
    """What a notebook needs: the packages of the script, and what it draws with."""
    return tuple(sorted({*recipe.packages, DRAWS_WITH}))


def _unpack(files: Mapping[str, bytes]) -> str:
    packed = {name: base64.b64encode(zlib.compress(data, 9)) for name, data in files.items()}
    lines = [f"    {name!r}: {text.decode()!r}," for name, text in packed.items()]
    return UNPACK.format(files="\n".join(lines))


def _cell(make: Callable[..., Any], source: str, **metadata: Any) -> Any:
    """A cell; its name is made from what it holds, so that the same recipe is the same text."""
    name = hashlib.sha256(source.encode()).hexdigest()[:16]
    return make(source, id=name, metadata=metadata)


_code = partial(_cell, v4.new_code_cell)
