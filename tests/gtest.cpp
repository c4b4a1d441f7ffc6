// SPDX-License-Identifier: MIT
// Nothing: what precompiles gtest's header needs a source (tests/CMakeLists.txt).
