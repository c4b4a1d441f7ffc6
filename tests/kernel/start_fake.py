# SPDX-License-Identifier: MIT
"""`start_fake.py MODULE WORLD NAME ARGUMENT…` is the tool NAME, as fake.py or fake_uml.py has it.

Python compiles the file that it is started with each time, and keeps what that imports. So this one is short.
"""

import importlib
import sys
from os.path import dirname

HERE = dirname(__file__)
sys.path[:0] = [HERE, dirname(dirname(HERE))]  # Python is isolated when a tool is called
fake = importlib.import_module("fake")
tools = importlib.import_module(sys.argv[1])
sys.exit(fake.main(tools.COMMANDS, *sys.argv[2:4], sys.argv[4:]))
