# SPDX-License-Identifier: MIT
"""`tfmbench kernel`: measures strategies in real kernels. One lane is one way to do so. And the counting of `tfmbench count`.

A file uses only the files above it:

    errors, words, names   the line that a user reads; names that the module and result files share
    process                children that leave nothing behind
    cache                  what is kept between runs
    progress, session      what is done, what runs now; what all parts of a run share
    apt, kernels           Debian's packages; the stock kernels
    strategies             which cell is in which kernel, and why not
    unpack, build          packages as folders; the module, init, the plugin
    initrd                 what a boot begins with
    log, phases, console   what a boot writes
    qemu                   one boot
    machine, results       the files of a run
    cells, table           what the module says; what a lane prints at its end
    stock                  stock kernels made ready to boot
    lane                   what a lane is
    counted                the lane counted
    uml_…, native_…        User-mode Linux, and the lane native
    sockets_…, sockets     the lane sockets
    running, host          the kernel that runs here, and the lane host
    registry               all lanes
    listing, command, cli  the command line
    model_…, model, count  the model's packets, counted as the lane counted does; what `tfmbench count` starts

tests/kernel/import_rules.py tests this order.
"""
