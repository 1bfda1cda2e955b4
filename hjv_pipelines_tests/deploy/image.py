"""The image, built and run without Docker's engine: buildah carries the recipe out, and runs what came of it.

No registry of images is asked: what the recipe stands on is made here of Debian's packages, with Debian's own Python of
the same minor version under the name that the recipe gives. The packages on it come from the registry that this machine
knows. Needs root and Debian's packages buildah and mmdebstrap. Here: building, and running a command as a pod does, but
in a chroot. Not here: promises.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from hjv_pipelines_tests.cluster.machines import Machine
from hjv_pipelines_tests.deploy.recipes import DEPLOY

TOOLS = ("buildah", "mmdebstrap")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]

NAME = "localhost/hjv-pipelines:rehearsal"
CERTIFICATES = Path("/etc/ssl/certs")
PIP = Path("/etc/pip.conf")
SOURCES = Path("/etc/apt/sources.list.d/debian.sources")


@dataclass(frozen=True)
class Image:
    """An image that stands in `folder`, in a container of its own, whose processes run on `machine`.

    `mounts` are paths of this machine and where a container sees them; `environment` is what pods are told.
    """

    folder: Path
    container: str
    machine: Machine
    mounts: Mapping[Path, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def ran(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(self._running(command), capture_output=True, text=True, check=False)

    @contextmanager
    def running(self, *command: str) -> Iterator[psutil.Process]:
        """Have a command run; what it prints stands in the folder, under the program's name."""
        with (
            (self.folder / f"{command[0]}.log").open("wb") as log,
            subprocess.Popen(self._running(command), stdout=log, stderr=log) as outer,
        ):
            try:
                yield psutil.Process(outer.pid)
            finally:
                for process in reversed(psutil.Process(outer.pid).children(recursive=True)):
                    process.terminate()

    def told(self, program: str) -> list[str]:
        """Return the lines that a program printed while it ran."""
        return (self.folder / f"{program}.log").read_text().splitlines()

    def configuration(self) -> Mapping[str, Any]:
        """Return what the recipe says of a container: its user, variables, command and health."""
        return json.loads(_buildah(self.folder, "inspect", "--type", "container", self.container))["Docker"]["config"]

    def _running(self, command: Sequence[str]) -> tuple[str, ...]:
        mounts = (word for path, place in self.mounts.items() for word in ("--volume", f"{path}:{place}"))
        told = (word for name, value in self.environment.items() for word in ("--env", f"{name}={value}"))
        ours = ("run", "--isolation", "chroot", *mounts, *told, self.container, "--", *command)
        return (*self.machine.enter, *_of(self.folder), *ours)


def built(folder: Path) -> str:
    """Carry the recipe out in `folder`; return the name of a new container of what came of it.

    An image that stands there is taken as it is.
    """
    if NAME not in _buildah(folder, "images", "--format", "{{.Name}}:{{.Tag}}"):
        _build(folder)
    return _buildah(folder, "from", "--pull-never", NAME).strip()


def _build(folder: Path) -> None:
    _base(folder)
    (folder / "uv.toml").write_text("system-certs = true\n")
    known = {CERTIFICATES: CERTIFICATES, PIP: PIP, folder / "uv.toml": Path("/etc/uv/uv.toml")}
    volumes = (word for here, there in known.items() if here.exists() for word in ("--volume", f"{here}:{there}:ro"))
    ways = ("--pull-never", "--isolation", "chroot", "--network", "host", "--layers=false", "--format", "docker")
    _buildah(folder, "build", *ways, *volumes, "--file", str(DEPLOY / "Dockerfile"), "--tag", NAME, str(DEPLOY.parent))


def _base(folder: Path) -> None:
    """Make what the recipe stands on."""
    (base,) = set(re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE))
    packages = "--include=python3,python3-venv,ca-certificates"
    suite = base.rpartition("-")[2]
    system = ("mmdebstrap", "--quiet", "--variant=minbase", packages, suite, folder / "base.tar", SOURCES)
    subprocess.run(system, check=True, capture_output=True)
    container = _buildah(folder, "from", "scratch").strip()
    _buildah(folder, "add", "--quiet", container, str(folder / "base.tar"), "/")
    link = ("ln", "-s", "/usr/bin/python3", "/usr/local/bin/python")
    _buildah(folder, "run", "--isolation", "chroot", container, "--", *link)
    _buildah(folder, "commit", "--quiet", "--rm", container, f"docker.io/library/{base}")


def _of(folder: Path) -> tuple[str, ...]:
    return ("buildah", "--root", str(folder / "store"), "--runroot", str(folder / "run"))


def _buildah(folder: Path, *words: str) -> str:
    done = subprocess.run((*_of(folder), *words), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout
