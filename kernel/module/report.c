// SPDX-License-Identifier: GPL-2.0
#include <linux/stdarg.h>
#include <linux/utsname.h>

#include "report.h"

void tfm_error(const struct tfm_cell *cell, const char *format, ...)
{
	struct va_format vaf;
	va_list args;

	va_start(args, format);
	vaf.fmt = format;
	vaf.va = &args;
	if (cell)
		tfm_print("{\"error\":\"tfmbench: %s/%s: %pV\"}", cell->strategy, cell->form, &vaf);
	else
		tfm_print("{\"error\":\"tfmbench: %pV\"}", &vaf);
	va_end(args);
}

void tfm_report_module(const struct tfm_run *run)
{
	tfm_print("{\"module\":{\"algorithm\":\"%s\",\"driver\":\"%s\",\"sockets\":%u,\"request_bytes\":%u,\"release\":\"%s\"}}",
		  run->algorithm->name, run->driver, run->sockets, run->request_bytes,
		  init_utsname()->release);
}
