"""A small file system of its own for a program that shall see its disk fill up."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

_NAMESPACES = (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"])


@contextmanager
def small_disk(folder: Path, size_bytes: int) -> Iterator[Sequence[str]]:
    """A tmpfs of `size_bytes` at `folder`; yields words to put before a command so that it sees that disk.

    The disk lives in a mount namespace of that command. Where namespaces are refused, as in a chroot, root mounts it for
    the time of the test.
    """
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "refectory-test", str(folder)]
    for namespace in _NAMESPACES:
        if subprocess.run([*namespace, *mount], capture_output=True, check=False).returncode == 0:
            yield [*namespace, "sh", "-c", f'{shlex.join(mount)} && exec "$@"', "sh"]
            return
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.fail(
            "needs a small disk: run as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1)"
        )
    try:
        yield []
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
