// Who runs: the boot banner, and the status that the bench asks for (harness/codecs/device-status.ts).
#include "status.h"

#include <stdio.h>
#include <string.h>

#include "esp_app_desc.h"
#include "esp_attr.h"
#include "esp_ota_ops.h"
#include "esp_system.h"

/** Digits of a build id: the beginning of the ELF's hash. */
#define BUILD_ID 16
#define MAGIC 0x61737379

/** Boots since power was applied: RAM that a reset leaves alone, and power does not. */
static RTC_NOINIT_ATTR unsigned boots;
static RTC_NOINIT_ATTR unsigned boots_magic;

static void elf_hash(char out[HASH_TEXT])
{
    const esp_app_desc_t *app = esp_app_get_description();
    for (int i = 0; i < 32; i++) {
        snprintf(out + 2 * i, 3, "%02x", app->app_elf_sha256[i]);
    }
}

static const char *state_name(void)
{
    esp_ota_img_states_t state;
    if (esp_ota_get_state_partition(esp_ota_get_running_partition(), &state) != ESP_OK) {
        return "undefined";
    }
    switch (state) {
    case ESP_OTA_IMG_NEW:
        return "new";
    case ESP_OTA_IMG_PENDING_VERIFY:
        return "pending-verify";
    case ESP_OTA_IMG_VALID:
        return "valid";
    case ESP_OTA_IMG_INVALID:
        return "invalid";
    case ESP_OTA_IMG_ABORTED:
        return "aborted";
    default:
        return "undefined";
    }
}

void status_announce(void)
{
    const esp_app_desc_t *app = esp_app_get_description();
    char hash[HASH_TEXT];
    elf_hash(hash);
    if (boots_magic != MAGIC || esp_reset_reason() == ESP_RST_POWERON) {
        boots = 0;
        boots_magic = MAGIC;
    }
    boots++;
    printf("*** assay-fw %s v%s build %.*s ***\n", app->project_name, app->version, BUILD_ID, hash);
}

int status_write(char *out, size_t size, const char *nonce)
{
    const esp_app_desc_t *app = esp_app_get_description();
    char hash[HASH_TEXT];
    elf_hash(hash);
    int length = snprintf(out, size,
                          "{\"version\":\"%s\",\"project\":\"%s\",\"elf_sha256\":\"%s\",\"slot\":\"%s\","
                          "\"state\":\"%s\",\"boots\":%u,\"nonce\":\"%s\"}",
                          app->version, app->project_name, hash, esp_ota_get_running_partition()->label,
                          state_name(), boots, nonce);
    return length > 0 && (size_t)length < size;
}
