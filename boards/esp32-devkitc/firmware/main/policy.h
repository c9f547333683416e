#pragma once

#include "esp_app_desc.h"

/** Why an update is not wanted; NULL where it is. ESP-IDF leaves product and version to the application. */
const char *policy_judge(const char *project, const char *version);

/** The same for an image's own descriptor, which has to be what the notice said. */
const char *policy_judge_image(const esp_app_desc_t *image, const char *announced);
