/* SPDX-License-Identifier: MIT */
#ifndef TFMBENCH_MODULES_H
#define TFMBENCH_MODULES_H

/* Loads /preNN-NAME.ko in the order of their names. */
void modules_load_first(void);
/* Loads /tfmbench.ko and passes on what it says: 0, or -1 after an error line. */
int tfmbench_load(const char *format, ...) __attribute__((format(printf, 1, 2)));
void tfmbench_unload(void);

#endif
