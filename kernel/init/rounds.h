/* SPDX-License-Identifier: MIT */
/* The model's rounds: a program of the host, which runs here because the plugin counts here. */
#ifndef TFMBENCH_ROUNDS_H
#define TFMBENCH_ROUNDS_H

#include <stddef.h>

/* For each file of /rounds in the order of names: {"round":{"file":NAME}}, and what the program
 * says of it. */
void rounds_task(void);
/* The last line of a text that is not empty, in place; "no word" if there is none. */
const char *last_line(char *text);

#endif
