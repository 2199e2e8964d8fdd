"""One server per file: an advisory lock that ends with the process that holds it, however that ends."""

import fcntl
import os
from pathlib import Path

from marketplace_sandbox.core.journal import StoreInUseError


class FileLock:
    """The lock of a file, held from the beginning. It lies on a file beside it, so the file itself is not touched.

    Not on the file itself: SQLite's own locks would be lost with the first descriptor we close.
    Raises StoreInUseError, and OSError where the folder cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._beside = path.with_name(path.name + "-lock")
        self._was_there = self._beside.exists()
        self._descriptor = self._acquire(path)

    def _acquire(self, path: Path) -> int:
        while True:
            descriptor = os.open(self._beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as held:
                os.close(descriptor)
                raise StoreInUseError(
                    f"{path} is in use by another server. Stop that one, or give this one a file of its own."
                ) from held
            if self._still_there(descriptor):
                return descriptor
            # whoever held it has removed it between our opening and our locking
            os.close(descriptor)

    def _still_there(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self._beside.stat())
        except FileNotFoundError:
            return False

    def release(self, *, as_found: bool = False) -> None:
        """Let go, and remove the file beside; `as_found` leaves one that lay there before."""
        if not (as_found and self._was_there):
            self._beside.unlink(missing_ok=True)
        os.close(self._descriptor)
