"""Closes the doors of a process that reads attachments or scans texts. `docs/threat-model.md` says what that holds and what it does not.

Everywhere but on Windows: no new descriptor (so no file, no socket), no file written, no process started, bounded processor time, no core dump.
On Linux also: bounded memory, no further rights, death with the program. Where the kernel has Landlock, no file can be touched by its name
and, from version 6.12 on, no other process be sent a signal; where it lets users have namespaces, no network and an empty root folder.
"""

import ctypes
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib.machinery import BuiltinImporter, FrozenImporter

_NEWIPC, _NEWUSER, _NEWNET = 0x08000000, 0x10000000, 0x40000000  # <linux/sched.h>
_PDEATHSIG, _DUMPABLE, _NO_NEW_PRIVS = 1, 4, 38  # <linux/prctl.h>
_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # <asm-generic/unistd.h>: the same everywhere
_FILES, _NETWORK, _SCOPES = 0xFFFF, 0x3, 0x3  # <linux/landlock.h>: everything that can be forbidden
_FILES_BY_VERSION = (0, 0x1FFF, 0x3FFF, 0x7FFF, 0x7FFF)
_CAPABILITY_VERSION_3 = 0x20080522


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one process may use up in its life: seconds of processor time, octets of address space."""

    seconds: int
    memory: int


READING = Bounds(120, 1024 * 1024 * 1024)  # the program counts the time of one file and asks a new process after some files


def confine(bounds: Bounds = READING) -> None:
    """Give up for good what reading does not need. Everything must be loaded, and the three standard streams open.

    A module or codec that is not loaded is one that does not exist from now on; looked for in the file system, it would fail in a way of its own.
    """
    if sys.platform == "win32":
        from securemail_desktop.message.text.worker.confine_windows import limit_job  # noqa: PLC0415 - exists on Windows only

        limit_job(bounds.seconds, bounds.memory)
    else:
        if sys.platform == "linux":
            _isolate()
        _limit(bounds)
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter]


if sys.platform != "win32":
    import resource

    def _limit(bounds: Bounds) -> None:
        limits = {
            resource.RLIMIT_NOFILE: 3,
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_NPROC: 0,
            resource.RLIMIT_CPU: bounds.seconds,
            resource.RLIMIT_AS: bounds.memory,
        }
        for kind, most in limits.items():
            with suppress(ValueError, OSError):  # macOS bounds no address space; a lower bound of the system stays
                resource.setrlimit(kind, (most, most))


def _isolate() -> None:
    """Leave the network and the file system where the kernel lets us; then nothing can be won back."""
    parent = os.getppid()
    libc = ctypes.CDLL(None)
    if libc.unshare(_NEWUSER | _NEWNET | _NEWIPC) == 0:
        with suppress(OSError):
            os.chroot("/proc/self/fdinfo")  # holds nothing but the numbers of our own three streams
            os.chdir("/")
        libc.capset((ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)())
    libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    _lock_land(libc)
    libc.prctl(_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked to be told
        os._exit(1)


def _lock_land(libc: ctypes.CDLL) -> None:
    """Forbid by Landlock whatever this kernel can forbid, with no exception."""
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return
    files = _FILES_BY_VERSION[version] if version < len(_FILES_BY_VERSION) else _FILES
    rules = (ctypes.c_uint64 * 3)(files, _NETWORK, _SCOPES)
    size = 8 if version < 4 else 16 if version < 6 else 24  # what the kernel does not know it refuses
    ruleset = libc.syscall(_CREATE_RULESET, rules, ctypes.c_size_t(size), 0)
    if ruleset >= 0:
        libc.syscall(_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)
