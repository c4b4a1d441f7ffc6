// SPDX-License-Identifier: MIT
// kphase.so: counts what the kernel executes between the marks of a turn, phase by phase; or what
// the programs do.
//
//   qemu-system-x86_64 -plugin kphase.so,out=FILE[,of=user] …
//
// FILE gets a line of JSON for each turn: instructions, loads, stores, and misses in simulated
// caches (cache.h). Marks are not counted, nor is anything outside of the kernel; with of=user,
// nothing inside of it.
//
// A load or store is one access, whatever its size. Each iteration of a `rep` instruction is one
// instruction. Both are QEMU's way.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "phases.h"
#include "qemu_plugin.h"

#define EXPORT __attribute__((visibility("default")))

static const uint64_t kernel_begins = UINT64_C(0xffff800000000000);

static struct turns turns;
static bool of_user;

static void on_mark(unsigned cpu, void* data) {
  (void)cpu;
  turns_mark(&turns, (enum mark)(uintptr_t)data);
}

// `data`: how many instructions in a row.
static void on_instructions(unsigned cpu, void* data) {
  (void)cpu;
  turns_instructions(&turns, (uintptr_t)data);
}

static void on_access(unsigned cpu, qemu_plugin_meminfo_t info, uint64_t address, void* data) {
  (void)cpu;
  (void)data;
  turns_access(&turns, qemu_plugin_mem_is_store(info), address,
               UINT64_C(1) << qemu_plugin_mem_size_shift(info));
}

static bool counts(uint64_t address) { return (address < kernel_begins) == of_user; }

// Instructions between two marks of a block are counted at once, when the first is executed: none
// of the kernel's in a turn faults or is interrupted. A program's are interrupted between two
// blocks only, and have touched all their pages before.
static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb* block) {
  (void)id;
  struct qemu_plugin_insn* first = NULL;
  uintptr_t row = 0;
  const size_t n = qemu_plugin_tb_n_insns(block);
  for (size_t i = 0; i < n; i++) {
    struct qemu_plugin_insn* insn = qemu_plugin_tb_get_insn(block, i);
    uint8_t code[16] = {0};
    qemu_plugin_insn_data(insn, code, sizeof code);
    if (is_mark(code, qemu_plugin_insn_size(insn))) {
      qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, QEMU_PLUGIN_NO_REGISTERS,
                                             (void*)(uintptr_t)code[3]);
      if (row != 0)
        qemu_plugin_register_vcpu_insn_exec_cb(first, on_instructions, QEMU_PLUGIN_NO_REGISTERS,
                                               (void*)row);
      row = 0;
      continue;
    }
    if (!counts(qemu_plugin_insn_vaddr(insn))) continue;
    qemu_plugin_register_vcpu_mem_cb(insn, on_access, QEMU_PLUGIN_NO_REGISTERS,
                                     QEMU_PLUGIN_READS_AND_WRITES, NULL);
    if (row++ == 0) first = insn;
  }
  if (row != 0)
    qemu_plugin_register_vcpu_insn_exec_cb(first, on_instructions, QEMU_PLUGIN_NO_REGISTERS,
                                           (void*)row);
}

static void on_exit_of_qemu(qemu_plugin_id_t id, void* data) {
  (void)id;
  (void)data;
  if (fclose(turns.out) != 0) perror("kphase: cannot write the turns");
}

EXPORT int qemu_plugin_version = QEMU_PLUGIN_INTERFACE;

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info* info, int argc,
                               char** argv) {
  (void)info;
  const char* path = NULL;
  for (int i = 0; i < argc; i++) {
    if (strncmp(argv[i], "out=", 4) == 0) {
      path = argv[i] + 4;
    } else if (strcmp(argv[i], "of=user") == 0) {
      of_user = true;
    } else {
      fprintf(stderr, "kphase: %s is not known: out=FILE, of=user\n", argv[i]);
      return -1;
    }
  }
  if (path == NULL) {
    fputs("kphase: no out=FILE\n", stderr);
    return -1;
  }
  FILE* out = fopen(path, "w");
  if (out == NULL) {
    perror(path);
    return -1;
  }
  turns_init(&turns, out);
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
  qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
  return 0;
}
