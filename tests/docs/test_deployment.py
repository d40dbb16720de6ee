"""The image, the services and the proxy: what can be checked without a container engine."""

import json
import re
import shlex

import pytest

from tests.helpers.services import COMPOSE, ROOT, command_of_image, variables_of

DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
INSTRUCTIONS = [
    line.split(maxsplit=1) for line in DOCKERFILE.splitlines() if re.match("[A-Z]", line)
]


def copied():
    """What the image has of the project."""
    return [
        source
        for instruction, words in INSTRUCTIONS
        if instruction == "COPY"
        for source in shlex.split(words)[:-1]
    ]


@pytest.mark.parametrize("path", copied())
def test_what_the_image_copies_exists_and_is_sent_to_the_build(path):
    assert (ROOT / path).exists()
    sent = [line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line[0] == "!"]
    assert path in sent or (path.startswith("requirements") and "requirements*.txt" in sent)


def test_the_image_has_all_that_the_app_imports_and_nothing_more():
    assert {"core", "pages", "assets", "streamlit_app.py", ".streamlit"} < set(copied())
    assert not {"tests", "docs", ".git"} & set(copied())


def test_the_image_runs_as_a_user_without_rights():
    names = [instruction for instruction, _ in INSTRUCTIONS]
    assert INSTRUCTIONS[names.index("USER")][1] == "lab"
    assert names.index("USER") < names.index("CMD")
    assert "RUN" not in names[names.index("USER") :]
    assert names.count("FROM") == 1


def test_its_health_is_what_the_endpoint_says():
    (check,) = [words for instruction, words in INSTRUCTIONS if instruction == "HEALTHCHECK"]
    words = json.loads(check[check.index("[") :])
    assert words[:2] == ["python", "-c"]
    compile(words[2], "the health check", "exec")
    assert "127.0.0.1:8501/health" in words[2]
    assert "--server.port=8501" in command_of_image()


def test_there_are_two_pages_a_scheduler_and_workers_from_one_image():
    services = COMPOSE["services"]
    assert set(services) == {"proxy", "page-1", "page-2", "scheduler", "worker"}
    assert services["worker"]["scale"] >= 2
    assert {service.get("image") for service in services.values()} == {
        "inverse-problems-lab",
        "nginx:stable",
    }
    for name in ("page-1", "page-2", "worker"):
        assert services[name]["volumes"] == ["store:/store"]
    assert "LAB_CACHE=/store" in DOCKERFILE
    scheduler = variables_of("page-1")["DASK_SCHEDULER_ADDRESS"]
    assert scheduler in services["worker"]["command"]
    assert f"--port {scheduler.rpartition(':')[2]}" in services["scheduler"]["command"]


def test_the_proxy_gets_every_name_that_its_template_has():
    template = (ROOT / "deploy" / "nginx.conf.template").read_text()
    assert set(re.findall(r"\$\{(\w+)\}", template)) == {
        name for name in variables_of("proxy") if name.startswith("LAB_")
    }
    for volume in COMPOSE["services"]["proxy"]["volumes"]:
        source = volume.partition(":")[0]
        assert (ROOT / source).exists() or source == "./deploy/tls"  # made by `make certificate`


def test_the_pages_and_the_proxy_agree_on_the_path_and_the_ports():
    path = variables_of("proxy")["LAB_PATH"]
    assert path == variables_of("page-2")["STREAMLIT_SERVER_BASE_URL_PATH"] == "lab"
    for name in ("1", "2"):
        assert variables_of("proxy")[f"LAB_PAGE_{name}"] == f"page-{name}:8501"


def test_scheduler_and_workers_have_what_their_commands_need():
    requirements = (ROOT / "requirements-cluster.txt").read_text()
    assert "-r requirements.txt" in requirements
    assert re.search(r"^distributed==", requirements, flags=re.MULTILINE)
    assert "pip install -r requirements-cluster.txt" in DOCKERFILE
