/* SPDX-License-Identifier: MIT */
/* The counters of TCP in /proc/net/snmp and /proc/net/netstat. */
#ifndef TFMBENCH_COUNTERS_H
#define TFMBENCH_COUNTERS_H

struct counters {
	long long segments;    /* sent, retransmits not among them */
	long long retransmits;
	long long failed;      /* segments that the receiver refused for their digest */
};

/* One counter, from a file of lines in pairs ("Group: NAMES", "Group: VALUES"): 0, or -1 after an
 * error line. A kernel may lack a counter: its value is if_absent then; below 0 is an error. */
int counter_read(const char *path, const char *group, const char *name, long long if_absent,
		 long long *value);
int counters_now(struct counters *counters);

#endif
