"""What is in deploy/ against the schemas and programs of those who will read it: `make deploy-test`.

Kubernetes' own schemas, the Flink operator's resource definition (OPERATOR_JAR names its jar), Google's message types and Beam's
Dataflow runner, Airflow, systemd. Nothing is sent anywhere, and no credentials are there.
"""

import json
import os
import re
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml
from apache_beam.runners.dataflow.dataflow_runner import DataflowRunner
from google.cloud import dataflow_v1beta3

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
KUBERNETES = "1.31"

_MANIFESTS = [
    document for path in sorted(DEPLOY.glob("*.yaml")) for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
]
_FLINK = [document for document in _MANIFESTS if "flink.apache.org" in document["apiVersion"]]


@pytest.mark.parametrize("document", [d for d in _MANIFESTS if d not in _FLINK], ids=lambda document: document["kind"])
def test_manifests_are_what_kubernetes_takes(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, KUBERNETES, strict=True)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**document, "spec": {**document["spec"], "shedule": ""}}, KUBERNETES, strict=True)


def _closed(schema: Any) -> Any:
    """`schema` that refuses fields it does not name, as `kubectl` does."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and not schema.get("x-kubernetes-preserve-unknown-fields"):
        closed.setdefault("additionalProperties", False)
    return closed


@pytest.mark.parametrize("document", _FLINK, ids=lambda document: document["kind"])
def test_flink_manifests_are_what_the_operator_takes(document: dict[str, Any]) -> None:
    with zipfile.ZipFile(os.environ["OPERATOR_JAR"]) as jar:
        definition = yaml.safe_load(jar.read("META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml"))
    schemas = {version["name"]: version["schema"]["openAPIV3Schema"] for version in definition["spec"]["versions"]}
    group, _, version = document["apiVersion"].partition("/")
    assert (group, document["kind"]) == (definition["spec"]["group"], definition["spec"]["names"]["kind"])
    schema = _closed(schemas[version])
    body = {key: value for key, value in document.items() if key in ("spec", "status")}
    jsonschema.validate(body, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"spec": {**body["spec"], "flinkVersion": "v9_99"}}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"spec": {**body["spec"], "taskManagers": {}}}, schema)


def test_the_flex_template_is_what_dataflow_takes() -> None:
    text = (DEPLOY / "flex_template.json").read_text(encoding="utf-8")
    spec = dataflow_v1beta3.ContainerSpec.from_json(text)
    assert {p.name for p in spec.metadata.parameters} >= {"feeds", "lake"}
    with pytest.raises(Exception, match="parametres"):
        dataflow_v1beta3.ContainerSpec.from_json(text.replace('"parameters"', '"parametres"'))


def test_the_stream_is_built_for_dataflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = json.loads((DEPLOY / "flex_template.json").read_text(encoding="utf-8"))
    values = {"feeds": "builtin:defense", "lake": str(tmp_path / "lake"), "contact": "https://example.org/about", "writers": "4"}
    parameters = [f"--{p['name']}={values[p['name']]}" for p in template["metadata"]["parameters"] if p["name"] in values]
    image = template["defaultEnvironment"]["sdkContainerImage"]
    launcher = ["--runner=DataflowRunner", "--project=example-project", "--region=europe-west1", "--enable_streaming_engine",
                "--temp_location=gs://example-bucket/temp", f"--sdk_container_image={image}", "--sdk_location=container"]  # fmt: skip
    built = []
    run_pipeline = DataflowRunner.run_pipeline

    def run_and_keep(self: DataflowRunner, *arguments: Any, **named: Any) -> Any:
        built.append(run_pipeline(self, *arguments, **named))
        return built[-1]

    monkeypatch.setattr(DataflowRunner, "run_pipeline", run_and_keep)
    monkeypatch.setattr(sys, "argv", ["flex_template.py", *parameters, *launcher, "--dry_run=true"])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(DEPLOY / "flex_template.py"), run_name="__main__")
    assert end.value.code == 0
    (result,) = built
    assert result.job.proto.type_ == dataflow_v1beta3.JobType.JOB_TYPE_STREAMING
    steps = {transform.unique_name for transform in result.job.proto_pipeline.components.transforms.values()}
    assert {"Watch/Ticks", "Poll", "Fetch", "Extract", "Tag", "Lake/Commit"} <= steps
    assert {"dibwatch:latest" in str(e) for e in result.job.proto_pipeline.components.environments.values()} == {True}


_RUN_DAGS = """
from airflow.dag_processing.dagbag import DagBag
from airflow.exceptions import AirflowSkipException
bag = DagBag("deploy/airflow_dag.py")
assert not bag.import_errors, bag.import_errors
for name in ("dibwatch_pass", "dibwatch_compact"):
    try:
        bag.dags[name].tasks[0].execute({})
        print(name, "succeeded")
    except AirflowSkipException:
        print(name, "skipped")
"""


def test_airflow_imports_the_dags_and_runs_their_commands(tmp_path: Path) -> None:
    home = {"AIRFLOW_HOME": str(tmp_path), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    ours = {"DIBWATCH_FEEDS": "http://127.0.0.1:9/feed", "DIBWATCH_LAKE": str(tmp_path / "lake")}
    done = subprocess.run(
        [sys.executable, "-c", _RUN_DAGS],
        cwd=ROOT,
        env={**os.environ, **home, **ours},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "dibwatch_pass skipped" in done.stdout, "no feed could be polled: exit code 3"
    assert "dibwatch_compact succeeded" in done.stdout


def test_units_are_what_systemd_takes(tmp_path: Path) -> None:
    for name in ("dibwatch.service", "dibwatch.timer"):
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("/opt/dibwatch/.venv/bin/dibwatch", f"{Path(sys.executable).parent}/dibwatch"))
    verify = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "dibwatch.timer"), str(tmp_path / "dibwatch.service")]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "dibwatch" in line]
    assert (done.returncode, ours) == (0, [])
    (tmp_path / "dibwatch.service").write_text("[Service]\nExecStrat=/bin/true\n")
    broken = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert re.search("ExecStrat", broken.stderr)
