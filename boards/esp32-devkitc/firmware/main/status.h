#pragma once

#include <stddef.h>

/** Hex digits of a SHA-256, with the terminating zero. */
#define HASH_TEXT 65

/** The banner by which Assay knows what runs. */
void status_announce(void);

/** Who runs, as a JSON object; `nonce` is that of the command which asked. False where it does not fit. */
int status_write(char *out, size_t size, const char *nonce);
