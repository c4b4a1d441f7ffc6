# SPDX-License-Identifier: MIT
# The driver: tfmbench, and the library that its tests link.
find_program(TFM_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)
execute_process(
  COMMAND ${TFM_PYTHON} -c "import matplotlib, numpy, scipy, pandas, jinja2, jsonschema"
  RESULT_VARIABLE modules_missing ERROR_VARIABLE python_error OUTPUT_QUIET)
if(modules_missing)
  string(REGEX MATCH "No module named '[^']*'" python_error "${python_error}")
  message(WARNING "${TFM_PYTHON} cannot draw reports (${python_error}): apt-get install "
    "python3-matplotlib python3-numpy python3-scipy python3-pandas python3-jinja2 python3-jsonschema")
endif()

# The revision is looked at in every build, not only when CMake runs.
set(git_revision ${CMAKE_CURRENT_BINARY_DIR}/revision/git_revision.hpp)
add_custom_target(tfm_git_revision
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DOUTPUT=${git_revision}
    -P ${CMAKE_SOURCE_DIR}/cmake/git_revision.cmake
  BYPRODUCTS ${git_revision}
  COMMENT "Looking at the git revision")

add_library(tfm_driver STATIC
  arguments.cpp axes.cpp catalog.cpp child.cpp dry_run.cpp list.cpp matrix.cpp plan.cpp progress.cpp
  provenance.cpp report.cpp run.cpp run_folder.cpp run_json.cpp)
target_link_libraries(tfm_driver PUBLIC tfm_bench tfm_workloads tfm_runtime fmt::fmt)
add_dependencies(tfm_driver tfm_git_revision)
target_include_directories(tfm_driver PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/revision)
target_compile_definitions(tfm_driver PRIVATE
  TFM_SOURCE_DIR="${CMAKE_SOURCE_DIR}" TFM_PYTHON="${TFM_PYTHON}")

string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
set(flags "-std=c++${CMAKE_CXX_STANDARD} ${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${build_type}}")
if(TFM_SANITIZE)
  string(APPEND flags " -fsanitize=${TFM_SANITIZE}")
endif()
string(REGEX REPLACE " +" " " flags "${flags}")
set_source_files_properties(provenance.cpp PROPERTIES COMPILE_DEFINITIONS
  "TFM_COMPILER=\"${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}\";TFM_FLAGS=\"${flags}\";TFM_BUILD_TYPE=\"${CMAKE_BUILD_TYPE}\";TFM_SANITIZE=\"${TFM_SANITIZE}\"")

add_executable(tfmbench main.cpp $<TARGET_OBJECTS:tfm_gfp_plain>)
target_link_libraries(tfmbench PRIVATE tfm_driver tfm_verify)
# What it starts belongs to it.
add_dependencies(tfmbench tfmbench_round tfmbench_round_counted)
