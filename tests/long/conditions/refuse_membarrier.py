#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs a command under a seccomp filter (seccomp(2)): membarrier(2) answers ENOSYS, as in a kernel without it.

    refuse_membarrier.py COMMAND [ARGUMENT...]
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

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
    """Installs the filter in this process, for good and for all its children."""
    program = _program(*MACHINES[platform.machine()])
    buffer = ctypes.create_string_buffer(program, len(program))
    filter_ = _Filter(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    steps = [
        (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(filter_), 0, 0),
    ]
    if any(_libc.prctl(*step) for step in steps):
        raise OSError(ctypes.get_errno(), "cannot install a seccomp filter")


if __name__ == "__main__":
    refuse_membarrier()
    number = MACHINES[platform.machine()][1]
    if _libc.syscall(number, 0, 0, 0) >= 0 or ctypes.get_errno() != errno.ENOSYS:
        sys.exit("membarrier(2) is not refused: the filter has no effect here")
    os.execvp(sys.argv[1], sys.argv[1:])
