"""What compose.yaml and the proxy name is what there is: files, services, ports, variables."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from click import Command
from distributed.cli import dask_scheduler, dask_worker

from skipviz import cluster, limits

ROOT = Path(__file__).parents[2]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "compose.yaml").read_text())[
    "services"
]
DOCKER = (ROOT / "Dockerfile").read_text()
NGINX = (ROOT / "deploy" / "nginx.conf").read_text()
PORT = re.search(r"^EXPOSE (\d+)$", DOCKER, re.MULTILINE)[1]
PAGES = {name for name in SERVICES if name.startswith("page")}
COMMANDS: dict[str, Command] = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}


def test_all_services_but_the_proxy_run_the_image_of_this_repository() -> None:
    assert set(SERVICES) == {"proxy", "scheduler", "worker", *PAGES}
    built = {name for name, service in SERVICES.items() if service.get("build") == "."}
    assert built == set(SERVICES) - {"proxy"}
    nginx = SERVICES["proxy"]["image"]
    assert re.fullmatch(r"nginx:\d+\.\d+\.\d+-alpine@sha256:[0-9a-f]{64}", nginx)


def test_what_a_service_waits_for_and_mounts_exists() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", ())) <= set(SERVICES)
        for volume in service["volumes"]:
            source, target = volume.split(":")[:2]
            assert source == "data" or (ROOT / source).is_file()
            assert source != "data" or f"SCIKIT_LEARN_DATA={target} " in DOCKER


def test_only_the_proxy_is_reached_from_outside_and_it_hands_on_to_every_page_server() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}
    listens = re.search(r"listen (\d+);", NGINX)[1]
    assert [port.split(":")[1] for port in SERVICES["proxy"]["ports"]] == [listens]
    assert set(re.findall(r"^    server (\S+):(\d+);", NGINX, re.MULTILINE)) == {
        (page, PORT) for page in PAGES
    }
    assert f"PORT={PORT}" in DOCKER


@pytest.mark.parametrize("page", sorted(PAGES))
def test_the_variables_of_a_page_server_are_known(page: str) -> None:
    given = dict(SERVICES[page]["environment"])
    scheduler = urlsplit(given.pop(cluster.VARIABLE))
    assert (scheduler.scheme, scheduler.hostname, scheduler.port) == ("tcp", "scheduler", 8786)
    assert limits.proxies(given) == 1
    given.pop(limits.PROXIES)
    caps = {name: text for name, text in given.items() if name.startswith(limits.PREFIX)}
    limits.from_environment(caps)  # LimitsError names what is not known
    assert set(given) == set(caps)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_dask_takes_the_options_it_is_started_with(name: str) -> None:
    dask, what, *options = SERVICES[name]["command"]
    assert (dask, what) == ("dask", name)
    COMMANDS[name].make_context(name, options)  # UsageError names what it does not take
    assert SERVICES[name]["healthcheck"] == {"disable": True}


def test_the_page_servers_share_the_threads_of_the_workers() -> None:
    options = SERVICES["worker"]["command"]
    threads = int(options[options.index("--nthreads") + 1])
    replicas = SERVICES["worker"]["deploy"]["replicas"]
    jobs = [int(SERVICES[page]["environment"]["SKIPVIZ_MAX_JOBS"]) for page in PAGES]
    assert sum(jobs) == threads * replicas


def test_the_proxy_hands_on_websockets_and_takes_uploads_and_links_of_full_size() -> None:
    assert "proxy_set_header Upgrade $http_upgrade;" in NGINX
    assert "proxy_set_header Connection $connection_upgrade;" in NGINX
    body = re.search(r"client_max_body_size (\d+)m;", NGINX)[1]
    assert int(body) > limits.ServerLimits.model_fields["upload_mb"].default
    assert re.search(r"large_client_header_buffers 4 16k;", NGINX)  # of a link: 8,192 characters


def test_the_proxy_bounds_what_one_address_asks_for_and_a_class_behind_one_comes_in() -> None:
    assert set(re.findall(r"^limit_(?:req|conn)_zone (\S+) ", NGINX, re.MULTILINE)) == {
        "$binary_remote_addr"
    }
    files, pupils = 50, 30
    assert int(re.search(r"^ +limit_req .*burst=(\d+)", NGINX, re.MULTILINE)[1]) >= files * pupils
    tabs = limits.ServerLimits.model_fields["tabs_each"].default
    assert int(re.search(r"^ +limit_conn \S+ (\d+);", NGINX, re.MULTILINE)[1]) >= 2 * tabs
