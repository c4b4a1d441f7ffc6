# SPDX-License-Identifier: MIT
"""A seccomp filter (seccomp(2)) under which membarrier(2) answers ENOSYS, as in a kernel without it."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2  # linux/prctl.h, linux/seccomp.h
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06  # linux/bpf_common.h: BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
ALLOW, ERRNO = 0x7FFF0000, 0x00050000  # linux/seccomp.h
NR, ARCH = 0, 4  # offsets in struct seccomp_data
MACHINES = {"x86_64": (0xC000003E, 324), "aarch64": (0xC00000B7, 283)}
"""The audit architecture, and the number of membarrier(2)."""

_libc = ctypes.CDLL(None, use_errno=True)


def _program(arch: int, number: int) -> bytes:
    steps = [
        (LOAD, 0, 0, ARCH),
        (JUMP_IF_EQUAL, 0, 3, arch),  # another architecture's call: allowed
        (LOAD, 0, 0, NR),
        (JUMP_IF_EQUAL, 0, 1, number),
        (RETURN, 0, 0, ERRNO | errno.ENOSYS),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


class _Filter(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def refuse_membarrier() -> None:
    """Installs the filter in this process, for good and for all its children. For subprocess's preexec_fn."""
    program = _program(*MACHINES[platform.machine()])
    buffer = ctypes.create_string_buffer(program, len(program))
    filter_ = _Filter(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    if _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or _libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(filter_), 0, 0):
        raise OSError(ctypes.get_errno(), "cannot install a seccomp filter")


def membarrier_is_refused() -> bool:
    """Whether a child under the filter is answered ENOSYS, and one without it is not."""
    number = MACHINES[platform.machine()][1]

    def answer(filtered: bool) -> int:
        """errno of membarrier(MEMBARRIER_CMD_QUERY) in a child; 0: it is there."""
        child = os.fork()
        if child == 0:
            try:
                if filtered:
                    refuse_membarrier()
                os._exit(ctypes.get_errno() if _libc.syscall(number, 0, 0, 0) < 0 else 0)
            finally:
                os._exit(255)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    return answer(True) == errno.ENOSYS and answer(False) == 0
