/* SPDX-License-Identifier: MIT */
/* Real TCP connections, plain and with each kind of key: the tasks sockets and sockets_faults. */
#ifndef TFMBENCH_SOCKETS_H
#define TFMBENCH_SOCKETS_H

void sockets_task(void);
void sockets_faults_task(void);

#endif
