"""The house rules that can be read off the source: who may import whom, where Beam is, how long a module is."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("poll", "fetch", "extract", "tag", "lake")
LAYERS = {"pipeline": {"pipeline", "transforms", "schemas"}, "transforms": {"transforms", "schemas"}, "schemas": {"schemas"}}
MODULES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


def _imports(path: Path) -> set[str]:
    """Every module that `path` imports, at any depth of the code."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_keeps_the_rules(path: Path) -> None:
    relative = path.relative_to(ROOT)
    layer, imports = relative.parts[0], _imports(path)
    foreign = {name for name in imports if name.split(".")[0] in LAYERS and name.split(".")[0] not in LAYERS[layer]}
    assert not foreign, "imports go pipeline -> transforms -> schemas"
    if layer == "transforms" and relative.parts[1] in ROOMS:
        others = {
            name for name in imports for room in ROOMS if room != relative.parts[1] and name.startswith(f"transforms.{room}")
        }
        assert not others, "no room imports another room"
    if layer == "schemas" or (layer == "transforms" and path.name not in ("transform.py", "routing.py")):
        assert not {name for name in imports if name.split(".")[0] == "apache_beam"}, (
            "Beam belongs in transform.py and routing.py"
        )
    assert path.name not in ("utils.py", "helpers.py", "common.py"), "a module is named after what it is about"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 320, "a module over about 300 lines is two modules"


def test_the_rules_see_every_room() -> None:
    assert {path.relative_to(ROOT).parts[1] for path in MODULES if path.name == "transform.py"} == set(ROOMS)


def test_every_data_file_is_in_the_package() -> None:
    setup = ast.parse((ROOT / "setup.py").read_text(encoding="utf-8"))
    said = next(node.value for node in ast.walk(setup) if isinstance(node, ast.keyword) and node.arg == "package_data")
    packed = {
        path
        for package, patterns in ast.literal_eval(said).items()
        for pattern in patterns
        for path in (ROOT / package).glob(pattern)
    }
    data = {
        path
        for layer in LAYERS
        for path in (ROOT / layer).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and not path.name.startswith(".")
    }
    assert len(data) > 50
    assert not {str(path.relative_to(ROOT)) for path in data - packed}


def test_readme_names_only_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    named = set(re.findall(r"make ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named
    assert named <= targets
