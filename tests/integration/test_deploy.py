"""deploy/: linted where the linters are, consistent with the program, and run as far as that goes without an engine."""

import ast
import itertools
import json
import re
import shutil
import subprocess
import sys
import threading
import time
import tomllib
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import containers
import httpx
import pytest
import yaml
from containers import BIN, DEPLOY, ROOT

from docs_store.settings import Settings, load_settings
from docs_store.store import DocsStore
from ingest import ingest
from ui.keys import KeyFile
from ui.web import claim_port

COMPOSE = ("one", "many", "milvus")
SECRETS = {
    "LLM_BASE_URL": "http://127.0.0.1/v1",
    "MILVUS_TOKEN": "a:b",
    "MINIO_USER": "m",
    "MINIO_PASSWORD": "p",
}
BACKENDS = "backend" in Settings.model_fields["store"].annotation.model_fields
MANIFESTS = sorted(p for p in (DEPLOY / "kubernetes").glob("*.yaml") if p.stem != "kustomization")
OBJECTS = [o for path in MANIFESTS for o in yaml.safe_load_all(path.read_text(encoding="utf-8"))]


def tool(name):
    found = BIN / name if (BIN / name).is_file() else shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return str(found)


def succeeds(*command, cwd=ROOT):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_hadolint_finds_nothing_in_the_dockerfile():
    succeeds(tool("hadolint"), "--failure-threshold", "info", str(DEPLOY / "Dockerfile"))


def test_the_compose_files_follow_the_compose_specification():
    files = [str(DEPLOY / f"{name}.yaml") for name in COMPOSE]
    succeeds(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", *files)


def test_the_manifests_follow_kubernetes_schemas():
    succeeds(tool("kubernetes-validate"), "--strict", *map(str, MANIFESTS))


def test_nginx_accepts_its_configuration(tmp_path):
    conf = nginx_conf(tmp_path, 8080, [9, 9])
    succeeds(tool("nginx"), "-t", "-c", str(conf))


@pytest.mark.parametrize("name", COMPOSE)
def test_compose_files_are_closed_to_others_and_without_rights(name):
    file = containers.compose(name, **SECRETS)
    for service in file["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        if re.search("guanchao|nginx", service["image"]):
            assert service["read_only"] and service["cap_drop"] == ["ALL"]
            assert "no-new-privileges:true" in service["security_opt"]
        assert not service["image"].endswith(":latest") or "guanchao" in service["image"]
        for mount in service.get("volumes", ()):
            assert mount.startswith(".") or mount.partition(":")[0] in file["volumes"]
        assert set(service.get("networks", ())) <= set(file.get("networks", ()))
        assert set(service.get("depends_on", ())) <= set(file["services"])


def environments():
    for name in COMPOSE:
        for service in containers.compose(name, **SECRETS)["services"].values():
            yield service.get("environment") or {}
    yield containers.image_environment()
    yield from (o["data"] for o in OBJECTS if o["kind"] == "ConfigMap")


def test_every_setting_that_they_name_exists_with_such_a_value():
    for environment in environments():
        sections = {}
        for name, value in environment.items():
            if name.startswith("GUANCHAO_"):
                section, key = name.removeprefix("GUANCHAO_").lower().split("__")
                if section == "store" and not BACKENDS and key != "path":
                    continue  # comes with the other backends
                sections.setdefault(section, {})[key] = value
        for section, values in sections.items():
            Settings.model_fields[section].annotation.model_validate(values)


def pods():
    for o in OBJECTS:
        spec = o.get("spec", {})
        spec = spec.get("jobTemplate", o).get("spec", {})
        if "template" in spec:
            yield o, spec["template"]


def test_pods_have_no_rights_and_only_volumes_that_exist():
    claims = {o["metadata"]["name"] for o in OBJECTS if o["kind"] == "PersistentVolumeClaim"}
    seen = 0
    for o, template in pods():
        spec = template["spec"]
        # A Service called guanchao would put GUANCHAO_PORT into the environment, which is no setting.
        assert spec["enableServiceLinks"] is False and spec["automountServiceAccountToken"] is False
        assert spec["securityContext"]["runAsNonRoot"] and spec["securityContext"]["runAsUser"] == 10001
        volumes = {v["name"]: v for v in spec["volumes"]}
        volumes |= {t["metadata"]["name"]: {} for t in o["spec"].get("volumeClaimTemplates", ())}
        assert {
            v["persistentVolumeClaim"]["claimName"] for v in volumes.values() if "persistentVolumeClaim" in v
        } <= claims
        for container in [*spec.get("initContainers", ()), *spec["containers"]]:
            seen += 1
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert {m["name"] for m in container["volumeMounts"]} <= set(volumes)
            assert (
                "memory" in container["resources"]["limits"] and "cpu" in container["resources"]["requests"]
            )
    assert seen == 4


def test_services_policies_and_probes_point_at_something():
    labels = [template["metadata"]["labels"] for _, template in pods()]
    ports = {
        c["name"]: {p["name"] for p in c.get("ports", ())} for _, t in pods() for c in t["spec"]["containers"]
    }
    for o in OBJECTS:
        spec = o.get("spec", {})
        if o["kind"] == "Service":
            assert spec["selector"] in labels
            assert {p["targetPort"] for p in spec["ports"]} <= ports[spec["selector"]["app"]]
        text = json.dumps(spec)
        for chosen in re.findall(r'"podSelector": \{"matchLabels": (\{.*?\})\}', text):
            assert json.loads(chosen) in labels
    policies = {o["metadata"]["name"] for o in OBJECTS if o["kind"] == "NetworkPolicy"}
    assert {label["app"] for label in labels} <= policies and "nothing-else" in policies
    listed = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text(encoding="utf-8"))
    assert sorted(listed["resources"]) == [path.name for path in MANIFESTS]
    assert all(o["metadata"].get("namespace", "guanchao") == "guanchao" for o in OBJECTS)


def test_limits_agree_with_the_program():
    conf = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    (ingress,) = [o for o in OBJECTS if o["kind"] == "Ingress"]
    serve = Settings.model_fields["serve"].default
    said = ingress["metadata"]["annotations"]
    prefix = "nginx.ingress.kubernetes.io/"
    assert f"client_max_body_size {serve.max_upload_mb:.0f}m;" in conf
    assert said[prefix + "proxy-body-size"] == f"{serve.max_upload_mb:.0f}m"
    for seconds in (re.search(r"proxy_read_timeout (\d+)s", conf)[1], said[prefix + "proxy-read-timeout"]):
        assert int(seconds) > serve.answer_seconds


def test_the_image_takes_all_packages_that_are_declared_and_every_folder_of_the_program():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    command = [sys.executable, DEPLOY / "requirements.py", ROOT / "pyproject.toml"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert printed == project["project"]["dependencies"]
    more = subprocess.run([*command, "[dev]"], capture_output=True, text=True, check=True).stdout.splitlines()
    assert more == printed + project["project"]["optional-dependencies"]["dev"]
    assert subprocess.run([*command, "[none]"], capture_output=True, check=False).returncode != 0
    without = "torch sentence-transformers langchain-huggingface"
    fewer = subprocess.run(
        [*command, "", without], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert {re.split("[>=<]", line)[0] for line in set(printed) - set(fewer)} == set(without.split())
    assert subprocess.run([*command, "", "nothing-of-ours"], capture_output=True, check=False).returncode != 0
    copied = set(re.findall(r"^COPY (\w+) \1$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.M))
    assert copied == {
        name.rstrip("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]
    }
    let_in = set(re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.M))
    assert copied <= let_in and all((ROOT / name).exists() for name in let_in)


def test_the_health_check_of_the_image_asks_a_route_that_is_there():
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    command = json.loads(re.search(r"HEALTHCHECK .*\\\n\s+CMD (\[.*\])", text)[1])
    ast.parse(command[2])
    (path,) = re.findall(r"http://127\.0\.0\.1:7860(/[\w/]+)", command[2])
    from ui.http.health_routes import router

    assert path in {route.path for route in router.routes}


class Model(BaseHTTPRequestHandler):
    """Stands in for vLLM: says its sentence slowly, piece by piece."""

    pieces = (
        "与如皋合作的高校有上海交大、",
        "复旦大学、",
        "同济大学等，",
        "如皋由此一共建设了",
        "5个科创飞地[1]。",
    )
    pause = 0.25

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for piece in self.pieces:
            delta = {"role": "assistant", "content": piece}
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m",
                     "choices": [{"index": 0, "delta": delta}]}  # fmt: skip
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            self.wfile.flush()
            time.sleep(self.pause)
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_):
        pass


@contextmanager
def model_endpoint():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


@contextmanager
def ending(process):
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def nginx_conf(folder, port, upstreams):
    """deploy/nginx.conf with addresses of this machine, and its files under `folder`."""
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8").replace("/tmp/", f"{folder}/")
    text = text.replace("listen 8080", f"listen 127.0.0.1:{port}")
    for name, upstream in zip(("web-a:7860", "web-b:7860"), upstreams, strict=True):
        assert name in text
        text = text.replace(name, f"127.0.0.1:{upstream}")
    path = folder / "nginx.conf"
    path.write_text(text, encoding="utf-8")
    return path


def until(test, seconds=60, *processes):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for process in processes:
            assert process.poll() is None, "it stopped: " + process.stderr.read()[-3000:]
        try:
            if test():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError("it did not come up")


def filled(name, service, folder, replace):
    """Ingests the sample articles, by the service itself where the index is shared; gives a key."""
    if name == "one":  # in this process, which is quicker
        settings = load_settings(ROOT / "config.yaml")
        store = settings.store.model_copy(update={"path": folder / "index" / "index"})
        settings = settings.model_copy(update={"store": store})
        with DocsStore.open(settings, write=True) as opened:
            assert ingest(opened, [settings.articles_path], settings).added > 10
        _, key = KeyFile(settings).add("测试", ["read"])
        containers.give(folder / "index")
        return key
    commands = ["guanchao", "keys", "add", "测试", "--json"], [*service["command"], "--json"]
    jobs = [containers.start(service | {"command": c}, folder, replace, **containers.PIPES) for c in commands]
    added, report = (json.loads(containers.output(job)) for job in jobs)
    assert report["added"] > 10 and not report["failed"]
    return added["key"]


@pytest.fixture(scope="module")
def behind_nginx(tmp_path_factory):
    """The services of a compose file, running; (address of nginx, addresses of the web servers, a key).

    many.yaml, whose parts are those of one.yaml and more; one.yaml in a tree that has no `store.backend`.
    """
    nginx = tool("nginx")
    tmp_path = tmp_path_factory.mktemp("services")
    name = "many" if BACKENDS else "one"
    services = containers.compose(name)["services"]
    webs = [services[name] for name in services if name.startswith("web")]
    with ExitStack() as stack:
        model = stack.enter_context(model_endpoint())
        replace = {"http://vllm:8000/v1": model, "0.0.0.0": "127.0.0.1"}
        # one.yaml's own model is a gigabyte; listening on this machine alone, keys must be asked for.
        more = {"GUANCHAO_LLM__BASE_URL": model, "GUANCHAO_SERVE__KEYS": "required"}
        if chroma := services.get("chroma"):
            port = claim_port("127.0.0.1", 0)
            replace |= {"http://chroma:8000": f"http://127.0.0.1:{port}", "8000": str(port)}
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
            process = stack.enter_context(ending(containers.start(chroma, tmp_path, replace, **quiet)))
            heartbeat = f"http://127.0.0.1:{port}/api/v2/heartbeat"
            assert "/api/v2/heartbeat" in str(chroma["healthcheck"])
            until(lambda: httpx.get(heartbeat).is_success, 60, process)
        key = filled(name, services["ingest"], tmp_path, replace)
        ports = [claim_port("127.0.0.1", 0) for _ in webs]
        logs = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
        servers = []
        for web, port in zip(webs, ports, strict=True):
            env = more | {"GUANCHAO_SERVE__PORT": str(port), "GUANCHAO_SERVE__LOG_FILE": "/tmp/requests.log"}
            servers.append(
                stack.enter_context(ending(containers.start(web, tmp_path, replace, env=env, **logs)))
            )
        addresses = [f"http://127.0.0.1:{port}" for port in ports]
        for address in addresses:
            until(lambda address=address: httpx.get(address + "/api/health").is_success, 240, *servers)
        front = claim_port("127.0.0.1", 0)
        conf = nginx_conf(tmp_path, front, (ports * 2)[:2])
        proxy = subprocess.Popen([nginx, "-c", conf, "-g", "daemon off;"], stderr=subprocess.PIPE, text=True)
        stack.enter_context(ending(proxy))
        url = f"http://127.0.0.1:{front}"
        until(lambda: httpx.get(url + "/api/health").is_success, 20, proxy)
        yield url, addresses, key
        for process in servers:
            process.terminate()  # side by side


QUESTION = "如皋一共建设了几个科创飞地？"


@pytest.mark.integration
@pytest.mark.timeout(600)  # five processes start; some 40 s on two free cores, minutes on busy ones
def test_the_services_answer_behind_nginx_word_by_word(behind_nginx):
    url, addresses, key = behind_nginx
    allowed = {"Authorization": f"Bearer {key}"}
    assert httpx.get(url + "/api/health").json()["articles"] > 10
    assert httpx.post(url + "/api/ask", json={"question": QUESTION}).status_code == 401
    times, lines = [], []
    body = {"question": QUESTION, "stream": True}
    with httpx.stream("POST", url + "/api/ask", json=body, headers=allowed, timeout=60) as answer:
        for line in answer.iter_lines():
            if line.startswith(("event: delta", "data: ")):
                times.append(time.monotonic())
                lines.append(line)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/event-stream")
    final = json.loads(lines[-1].removeprefix("data: "))
    assert (
        final["mode"] == "generated" and "5个" in final["answer"] and final["citations"][0]["marker"] == 1
    ), final
    # Held back until its end, all would come at one moment.
    gaps = [b - a for a, b in itertools.pairwise(times)]
    assert sum(gap > Model.pause / 2 for gap in gaps) >= 3
    hits = [
        [
            (h["passage_id"], h["score"])
            for h in httpx.get(a + "/api/search?q=科创飞地&k=5", headers=allowed).json()["hits"]
        ]
        for a in [url, *addresses]
    ]
    assert hits[0] and all(found == hits[0] for found in hits)


@pytest.mark.integration
def test_a_browser_stays_with_its_server_and_the_page_opens(behind_nginx):
    url, addresses, key = behind_nginx
    allowed = {"Authorization": f"Bearer {key}"}

    def served(address):
        text = httpx.get(address + "/api/metrics", headers=allowed).text
        found = re.findall(r'guanchao_requests_total\{.*route="/api/search".*\} (\S+)', text)
        return sum(map(float, found))

    with httpx.Client(base_url=url) as browser:
        assert browser.get("/", follow_redirects=True).status_code == 200  # the login form
        assert "guanchao_route" in browser.cookies
        signed_in = browser.post("/login", data={"name": "小王", "password": key}, headers={"Origin": url})
        assert signed_in.status_code == 303 and "guanchao_session" in browser.cookies
        assert "gradio" in browser.get("/").text
        before = [served(address) for address in addresses]
        for _ in range(6):
            assert browser.get("/api/search?q=飞地", headers=allowed).status_code == 200
        grown = [served(address) - was for address, was in zip(addresses, before, strict=True)]
        assert sorted(grown) == [0.0] * (len(addresses) - 1) + [6.0]
