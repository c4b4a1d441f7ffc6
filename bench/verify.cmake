# SPDX-License-Identifier: MIT
# tfm_verify: what `tfmbench verify` and `tfmbench dump` do.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/tests/vectors/rfc9235.json)
file(READ ${CMAKE_SOURCE_DIR}/tests/vectors/rfc9235.json RFC9235_JSON)
configure_file(rfc9235_data.cpp.in rfc9235_data.cpp @ONLY)

add_library(tfm_verify STATIC
  algorithm_name.cpp ao_tracker.cpp capture.cpp dump.cpp ip_reader.cpp rfc9235.cpp
  ${CMAKE_CURRENT_BINARY_DIR}/rfc9235_data.cpp same_macs.cpp verify.cpp verify_pcap.cpp)
target_link_libraries(tfm_verify PUBLIC tfm_bench tfm_workloads tfm_runtime PRIVATE
  PkgConfig::PCAP fmt::fmt)
