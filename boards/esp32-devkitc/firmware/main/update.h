#pragma once

/** Takes an update notice (harness/codecs/ota-notice.ts) of so many bytes, and fetches the update in a task of its own. */
void update_offer(const char *notice, int length);
