// Updates: announced over MQTT, fetched by HTTP, judged before anything is written.
#include "update.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "cJSON.h"
#include "esp_http_client.h"
#include "esp_https_ota.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

#include "link.h"
#include "policy.h"

#define STACK 8192
#define TIMEOUT_MS 10000
/** Bytes between two reports of progress. */
#define REPORT_EVERY 65536

typedef struct {
    char url[400];
    char version[33];
    char project[33];
    char sha256[65];
} notice_t;

static notice_t notice;
static atomic_bool busy;

/** Copies a member; false where it is missing, no text, or too long. */
static bool take(const cJSON *from, const char *name, char *to, size_t size)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(from, name);
    return cJSON_IsString(member) && strlcpy(to, member->valuestring, size) < size;
}

/** What reports repeat must not be able to end the JSON text around it. */
static bool is_digest(const char *text)
{
    return strspn(text, "0123456789abcdef") == sizeof notice.sha256 - 1;
}

static bool read_notice(const char *text, int length)
{
    cJSON *root = cJSON_ParseWithLength(text, (size_t)length);
    bool whole = cJSON_IsObject(root) && take(root, "url", notice.url, sizeof notice.url) &&
                 take(root, "version", notice.version, sizeof notice.version) &&
                 take(root, "project", notice.project, sizeof notice.project) &&
                 take(root, "sha256", notice.sha256, sizeof notice.sha256) && is_digest(notice.sha256);
    if (!whole) {
        notice.sha256[0] = '\0';
    }
    cJSON_Delete(root);
    return whole;
}

static void tell(const char *state, const char *more)
{
    char text[320];
    snprintf(text, sizeof text, "{\"state\":\"%s\",\"sha256\":\"%s\"%s}", state, notice.sha256, more);
    link_publish("update", text, 0);
}

static void refuse(const char *reason)
{
    char more[160];
    snprintf(more, sizeof more, ",\"reason\":\"%.120s\"", reason);
    tell("refused", more);
}

/** Fetches the whole image; NULL, or why not. */
static const char *fetch(esp_https_ota_handle_t handle)
{
    esp_app_desc_t image;
    if (esp_https_ota_get_img_desc(handle, &image) != ESP_OK) {
        return "no image descriptor";
    }
    const char *objection = policy_judge_image(&image, notice.version);
    if (objection != NULL) {
        return objection;
    }
    int told = 0;
    esp_err_t error;
    while ((error = esp_https_ota_perform(handle)) == ESP_ERR_HTTPS_OTA_IN_PROGRESS) {
        int received = esp_https_ota_get_image_len_read(handle);
        if (received - told < REPORT_EVERY) {
            continue;
        }
        told = received;
        char more[40];
        snprintf(more, sizeof more, ",\"received\":%d", received);
        tell("downloading", more);
    }
    if (error != ESP_OK) {
        return esp_err_to_name(error);
    }
    return esp_https_ota_is_complete_data_received(handle) ? NULL : "the transfer ended too early";
}

static void update_task(void *unused)
{
    (void)unused;
    esp_http_client_config_t http = {.url = notice.url, .timeout_ms = TIMEOUT_MS, .keep_alive_enable = true};
    esp_https_ota_config_t config = {.http_config = &http};
    esp_https_ota_handle_t handle = NULL;
    esp_err_t error = esp_https_ota_begin(&config, &handle);
    const char *objection = error == ESP_OK ? fetch(handle) : esp_err_to_name(error);
    if (objection == NULL) {
        // Verifies image and signature, and marks it to be booted next.
        error = esp_https_ota_finish(handle);
        objection = error == ESP_OK ? NULL : esp_err_to_name(error);
    } else if (handle != NULL) {
        esp_https_ota_abort(handle);
    }
    if (objection == NULL) {
        tell("ready", "");
    } else {
        refuse(objection);
    }
    atomic_store(&busy, false);
    vTaskDelete(NULL);
}

void update_offer(const char *text, int length)
{
    if (atomic_exchange(&busy, true)) {
        return;
    }
    const char *objection = "the notice cannot be read";
    if (read_notice(text, length)) {
        objection = policy_judge(notice.project, notice.version);
    }
    if (objection == NULL && xTaskCreate(update_task, "update", STACK, NULL, 5, NULL) == pdPASS) {
        return;
    }
    refuse(objection == NULL ? "no memory" : objection);
    atomic_store(&busy, false);
}
