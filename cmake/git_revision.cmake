# SPDX-License-Identifier: MIT
# Runs at every build. Writes OUTPUT, a header with SOURCE's git revision and whether tracked files
# differ from it. Touches OUTPUT only when its content changes.
#
# The revision counts only if SOURCE is the repository's own top level. A source archive that is
# unpacked inside another repository is not that repository's revision.
find_package(Git QUIET)
set(revision "unknown")
set(dirty "true")
if(Git_FOUND)
  # The prefix is the path from the top level to SOURCE.
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --show-prefix WORKING_DIRECTORY ${SOURCE}
    OUTPUT_VARIABLE prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse HEAD WORKING_DIRECTORY ${SOURCE}
    OUTPUT_VARIABLE head OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed ERROR_QUIET)
  if(NOT failed AND prefix STREQUAL "")
    set(revision ${head})
    # Optional locks would disturb a commit that is under way.
    execute_process(
      COMMAND ${GIT_EXECUTABLE} --no-optional-locks status --porcelain --untracked-files=no
      WORKING_DIRECTORY ${SOURCE}
      OUTPUT_VARIABLE changes RESULT_VARIABLE failed ERROR_QUIET)
    if(NOT failed AND changes STREQUAL "")
      set(dirty "false")
    endif()
  endif()
endif()
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
// Written by cmake/git_revision.cmake.
#pragma once
inline constexpr char tfm_git_revision[] = "@revision@";
inline constexpr bool tfm_git_dirty = @dirty@;
]])
