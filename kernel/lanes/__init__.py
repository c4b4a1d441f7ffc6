# SPDX-License-Identifier: MIT
"""`tfmbench kernel`: measures strategies in real kernels. One lane is one way to do so.

A file uses only the files above it:

    errors, words       the line that a user reads
    names, strategies   kernels, algorithms, cells; which cell exists in which kernel, and why not
    process             children that leave nothing behind
    cache               what is kept between runs
    progress, session   what is done, what runs now; what all parts share
    apt, kernels        Debian's packages, unpacked and not installed
    unpack, build       kernels with their headers, tools; the module, init, the plugin
    initrd, qemu        one boot
    log, phases         what a boot wrote
    machine, results    the files of a run
    counted, …          the lanes; registry.py lists them
    listing, cli        the command line
"""
