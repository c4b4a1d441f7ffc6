// SPDX-License-Identifier: MIT
// Is what the module's macro assembles a mark to the plugin, and the one that was meant?
#include <stdint.h>
#include <string.h>

#include "../../../kernel/module/marks.h"
#include "../../../kernel/plugin/marks.h"

int main(void) {
  const uint8_t* code;
  asm goto("jmp %l[after]" : : : : after);
begin:
  tfm_mark_always(TFM_MARK_UPDATE);
after:
  code = &&begin;
  // The compiler may put an endbr64 or nothing before the mark.
  for (int i = 0; i < 8; i++) {
    if (is_mark(code + i, MARK_BYTES)) return code[i + 3] == MARK_UPDATE ? 0 : 1;
  }
  return 2;
}
