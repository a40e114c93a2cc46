"""Small disks for terminals, in a mount namespace that ends with the harness."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

_INSIDE = "REFECTORY_TORTURE_INSIDE"
_NAMESPACES = (["unshare", "--mount"], ["unshare", "--user", "--map-current-user", "--keep-caps", "--mount"])
_LIBC = ctypes.CDLL(None, use_errno=True)
_MNT_DETACH = 2


def go_inside(module: str) -> None:
    """Begin this program again in a mount namespace of its own; where that is refused, root goes on as it is.

    Raises RuntimeError for whoever may neither make a namespace nor mount.
    """
    if os.environ.get(_INSIDE):
        return
    for words in _NAMESPACES:
        if shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True).returncode == 0:
            os.environ[_INSIDE] = "1"
            os.execvp(words[0], [*words, sys.executable, "-m", module, *sys.argv[1:]])
    if os.geteuid() != 0:
        raise RuntimeError(
            "needs small disks: run as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1)"
        )


class SmallDisk:
    """A tmpfs of `size_bytes` at `folder`."""

    def __init__(self, folder: Path, size_bytes: int) -> None:
        self.folder = folder
        self._filler = folder / "filler"
        folder.mkdir(parents=True)
        options = f"size={size_bytes},mode=0700".encode()
        if _LIBC.mount(b"torture", str(folder).encode(), b"tmpfs", 0, options):
            number = ctypes.get_errno()
            raise OSError(number, f"cannot mount a small disk: {os.strerror(number)}", str(folder))

    def fill(self) -> None:
        """Leave no room at all."""
        descriptor = os.open(self._filler, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            state = os.statvfs(self.folder)
            while state.f_bavail:
                os.posix_fallocate(descriptor, os.fstat(descriptor).st_size, state.f_bavail * state.f_frsize)
                state = os.statvfs(self.folder)
        except OSError:
            pass
        finally:
            os.close(descriptor)

    def free(self) -> None:
        """Give the room back."""
        self._filler.unlink(missing_ok=True)

    def close(self) -> None:
        """Take it away, with all that is on it."""
        _LIBC.umount2(str(self.folder).encode(), _MNT_DETACH)
