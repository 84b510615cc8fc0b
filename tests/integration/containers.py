"""Runs a compose service without a container engine: its environment, command and mounts, a read-only root, no rights.

Image names, addresses and ports are put in place of those that only a container network has. Where this process is root
and `unshare` works, the service gets a mount namespace of its own: user 10001, read-only root, an empty /tmp, its volumes.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
_USER = 10001
PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}


def image_environment():
    """What the last stage of the Dockerfile sets."""
    last = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").split("\nFROM ")[-1].replace("\\\n", " ")
    found = dict(
        pair.split("=", 1) for line in re.findall(r"^ENV (.*)$", last, re.M) for pair in line.split()
    )
    return found | {
        "PATH": found["PATH"].replace("/opt/guanchao/bin", str(BIN)).replace("$PATH", os.environ["PATH"])
    }


def compose(name, **variables):
    """A compose file with its variables filled in as `docker compose` does."""

    def value(match):
        head, sep, rest = match[1].partition(":")
        if sep and rest[0] == "?" and head not in variables:
            raise AssertionError(f"{name} needs {head}")
        return variables.get(head, rest[1:] if sep else "")

    text = (DEPLOY / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(re.sub(r"\$\{([^}]+)\}", value, text))


def volumes(service, folder):
    """(folder here, mount point, read-only) of each mount; a named volume is a folder under `folder`."""
    found = []
    for mount in service.get("volumes", ()):
        source, target, *mode = mount.split(":")
        path = (DEPLOY / source).resolve() if source.startswith(".") else folder / source
        if not source.startswith("."):
            path.mkdir(exist_ok=True, parents=True)
            path.chmod(0o777)
        found.append((path, target, mode == ["ro"]))
    return found


def start(service, folder, replace, **options):
    """Starts the service; `replace` maps texts of its environment and command to what stands for them here."""
    mounts = volumes(service, folder)
    inside = {target: f"/mnt{target}" if _confined() else str(path) for path, target, _ in mounts}
    inside.setdefault("/models", "/tmp/models" if _confined() else str(folder / "models"))

    def here(text):
        for old, new in replace.items():
            text = text.replace(old, new)
        # Whole path components only, so that /data is not found in /data-of-another.
        return re.sub(
            r"(?<![\w/.])(/data|/models|/articles|/writer)(?=[/;\s]|$)",
            lambda m: inside.get(m[1], m[1]),
            text,
        )

    image = image_environment() if "guanchao" in service["image"] else {"PATH": os.environ["PATH"]}
    environment = {**image, **(service.get("environment") or {})}
    environment = {name: value if name == "PATH" else here(str(value)) for name, value in environment.items()}
    environment |= options.pop("env", {})
    command = [here(part) for part in service["command"]]
    if _confined():
        command = _in_namespace(command, mounts)
    return subprocess.Popen(command, env=environment, cwd="/", **options)


def give(folder):
    """Makes everything in the folder the user's of the image."""
    if _confined():
        for path in (folder, *folder.rglob("*")):
            os.chown(path, _USER, _USER)


def output(process):
    """Standard output of a service that runs to its end; started with `PIPES`."""
    out, err = process.communicate(timeout=180)
    assert process.returncode == 0, err[-3000:] + out[-1000:]
    return out


def _in_namespace(command, mounts):
    base = Path(sys.base_prefix)
    lines = ["mount --make-rprivate /"]
    if base.is_relative_to("/root"):  # only root may look in there
        lines += [
            f"mount --bind {base} /srv",
            "mount -t tmpfs -o mode=755 tmpfs /root",
            f"mkdir -p {base}",
            f"mount --move /srv {base}",
        ]
    lines += ["mount -t tmpfs -o mode=755 tmpfs /mnt"]
    for path, target, read_only in mounts:
        lines += [f"mkdir -p /mnt{target}", f"mount --bind {shlex.quote(str(path))} /mnt{target}"]
        if read_only:
            lines += [f"mount -o remount,ro,bind /mnt{target}"]
    lines += ["mount -t tmpfs -o mode=1777 tmpfs /tmp", "mount -o remount,ro,bind /"]
    drop = f"setpriv --reuid={_USER} --regid={_USER} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all"
    script = " && ".join([*lines, f"exec {drop} {shlex.join(command)}"])
    return ["unshare", "--mount", "sh", "-c", script]


@cache
def _confined():
    """True where a process can be shut in here."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "setpriv"))):
        return False
    program = _in_namespace([sys.executable, "-c", "import docs_store.settings"], [])
    return subprocess.run(program, capture_output=True, check=False, cwd="/").returncode == 0
