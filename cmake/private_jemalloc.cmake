# SPDX-License-Identifier: MIT
# A jemalloc that does not replace glibc's malloc. Debian's static archive is linked into one object
# that exports only jemalloc's own interface (jemalloc(3), "Non-standard API").
find_library(JEMALLOC_PIC libjemalloc_pic.a REQUIRED)
set(object ${CMAKE_BINARY_DIR}/private_jemalloc.o)
set(keep mallocx rallocx dallocx sallocx nallocx mallctl malloc_conf)
list(TRANSFORM keep PREPEND --keep-global-symbol=)
add_custom_command(
  OUTPUT ${object}
  COMMAND ${CMAKE_LINKER} -r --whole-archive ${JEMALLOC_PIC} -o ${object}
  COMMAND ${CMAKE_OBJCOPY} ${keep} ${object}
  DEPENDS ${JEMALLOC_PIC}
  COMMENT "Making a private jemalloc"
  VERBATIM)
add_library(private_jemalloc STATIC ${object})
set_target_properties(private_jemalloc PROPERTIES LINKER_LANGUAGE CXX)
target_link_libraries(private_jemalloc PUBLIC m Threads::Threads)
