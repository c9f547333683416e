// Which updates are wanted: this product's, no older ones.
#include "policy.h"

#include <stdio.h>
#include <string.h>

#include "sdkconfig.h"

/** Below zero, zero or above, number by number; a version that cannot be read counts as the oldest. */
static int compare(const char *a, const char *b)
{
    unsigned x[3] = {0}, y[3] = {0};
    if (sscanf(a, "%5u.%5u.%5u", &x[0], &x[1], &x[2]) != 3) {
        return -1;
    }
    (void)sscanf(b, "%5u.%5u.%5u", &y[0], &y[1], &y[2]);
    for (int i = 0; i < 3; i++) {
        if (x[i] != y[i]) {
            return x[i] < y[i] ? -1 : 1;
        }
    }
    return 0;
}

const char *policy_judge(const char *project, const char *version)
{
    const esp_app_desc_t *running = esp_app_get_description();
    if (strncmp(project, running->project_name, sizeof running->project_name) != 0) {
        return "Project Name mismatch";
    }
#if CONFIG_ASSAY_COMPARES_VERSIONS
    if (compare(version, running->version) < 0) {
        return "version is older than the one that runs";
    }
#else
    (void)version;
    (void)compare;
#endif
    return NULL;
}

const char *policy_judge_image(const esp_app_desc_t *image, const char *announced)
{
    if (strncmp(image->version, announced, sizeof image->version) != 0) {
        return "image and notice name different versions";
    }
    return policy_judge(image->project_name, image->version);
}
