"""What is in deploy/ names commands, flags and files that exist, and has the structure that its reader asks for."""

import ast
import configparser
import json
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.cli import build_parser
from pipeline.options import check_beam_flags

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"


def _documents() -> list[Any]:
    paths = sorted(DEPLOY.glob("*.yaml"))
    return [document for path in paths for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))]


def _containers(node: Any) -> list[dict[str, Any]]:
    """Every container of a manifest, at any depth."""
    if isinstance(node, list):
        return [found for item in node for found in _containers(item)]
    if not isinstance(node, dict):
        return []
    own = node.get("containers", [])
    return [*own, *(found for key, value in node.items() if key != "containers" for found in _containers(value))]


def _commands() -> list[list[str]]:
    found = [container["command"] + container["args"] for container in _containers(_documents()) if "command" in container]
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "dibwatch.service", encoding="utf-8")
    found += [["dibwatch", *shlex.split(unit["Service"][key])[1:]] for key in ("ExecStart", "ExecStartPost")]
    tree = ast.parse((DEPLOY / "airflow_dag.py").read_text(encoding="utf-8"))
    values: dict[str, Any] = {"os": os}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            values[name] = eval(compile(ast.Expression(node.value), "dag", "eval"), {}, values)
    return [*found, shlex.split(values["PASS"]), shlex.split(values["COMPACT"])]


def test_there_are_commands_of_each_way() -> None:
    assert sorted(command[1] for command in _commands()) == ["compact", "compact", "compact", "run", "run", "run", "stream"]


@pytest.mark.parametrize("command", _commands(), ids=lambda command: " ".join(command[:2]))
def test_commands_parse(command: list[str]) -> None:
    assert command[0] == "dibwatch"
    args, rest = build_parser().parse_known_args(command[1:])
    assert check_beam_flags(rest, args.parser) == rest
    assert bool(rest) == (command[1] == "stream")


def test_manifests_have_what_kubernetes_asks_for() -> None:
    for document in _documents():
        assert {"apiVersion", "kind", "metadata"} <= set(document)
        assert re.fullmatch(r"[a-z0-9-]+", document["metadata"]["name"])
    for container in _containers(_documents()):
        assert {"name", "image"} <= set(container)
        volumes = {mount["name"] for mount in container.get("volumeMounts", [])}
        assert volumes <= {"lake", "feeds"}


def test_the_flex_template_has_the_flags_of_the_command() -> None:
    template = json.loads((DEPLOY / "flex_template.json").read_text(encoding="utf-8"))
    flags = {option[2:]: action for action in build_parser().parse_args(["stream", "--feeds", "x", "--lake", "y"]).parser._actions
             for option in action.option_strings}  # fmt: skip
    parameters = {parameter["name"]: parameter for parameter in template["metadata"]["parameters"]}
    for name, parameter in parameters.items():
        assert flags[name].nargs != 0, f"{name} takes no value, and a template gives it one"
        assert parameter["isOptional"] or name in ("feeds", "lake", "contact")
    assert {name for name, action in flags.items() if action.required} <= {
        n for n, p in parameters.items() if not p["isOptional"]
    }
    examples = {"feeds": "builtin:defense", "lake": "gs://b/lake", "commit_every": "1h30m", "writers": "4", "processes": "2"}
    for name, example in examples.items():
        assert any(re.search(regex, example) for regex in parameters[name]["regexes"])
        assert not any(re.search(regex, f"{example} ") for regex in parameters[name]["regexes"] if name != "feeds")
    args, rest = build_parser().parse_known_args(["stream", *(f"--{name}={value}" for name, value in examples.items())])
    assert (args.lake, args.commit_every, rest) == ("gs://b/lake", 5400, [])


@pytest.mark.parametrize("name", ["Dockerfile", "Dockerfile.flex"])
def test_the_images_copy_what_is_there(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, flags=re.M):
        for source in line.split():
            assert any(path == source or path.startswith(f"{source}/") for path in tracked), source


def test_the_image_has_the_pinned_beam() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    pinned = re.findall(r"^apache-beam==(\S+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), flags=re.M)
    assert re.findall(r"BEAM_VERSION=(\S+)", text) == pinned
