// Commands and update notices over MQTT; topics and messages of harness/codecs/device-command.ts.
#include "link.h"

#include <stdio.h>
#include <string.h>

#include "cJSON.h"
#include "esp_ota_ops.h"
#include "esp_system.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "mqtt_client.h"
#include "sdkconfig.h"

#include "status.h"
#include "update.h"

#define TOPIC 96
#define NONCE 65
#define STATUS 512
/** Time for an answer to leave before the chip restarts. */
#define RESTART_MS 250

static esp_mqtt_client_handle_t client;

static void topic_of(char out[TOPIC], const char *name)
{
    snprintf(out, TOPIC, "assay/%s/%s", CONFIG_ASSAY_DEVICE_ID, name);
}

void link_publish(const char *name, const char *text, int retain)
{
    char topic[TOPIC];
    topic_of(topic, name);
    esp_mqtt_client_enqueue(client, topic, text, 0, 1, retain, true);
}

static void publish_status(const char *nonce)
{
    char text[STATUS];
    if (status_write(text, sizeof text, nonce)) {
        link_publish("status", text, 1);
    }
}

static void reply(const char *nonce, const char *reason)
{
    char text[256];
    snprintf(text, sizeof text, "{\"nonce\":\"%s\",\"result\":\"%s\",\"reason\":\"%s\"}", nonce,
             reason[0] == '\0' ? "ok" : "refused", reason);
    link_publish("reply", text, 0);
}

static const char *confirm(void)
{
#if CONFIG_ASSAY_NEVER_CONFIRMS
    return "the self-test failed";
#else
    return esp_ota_mark_app_valid_cancel_rollback() == ESP_OK ? "" : "it cannot be stored";
#endif
}

static void obey(const char *command, const char *nonce)
{
    if (strcmp(command, "status") == 0) {
        publish_status(nonce);
    } else if (strcmp(command, "confirm") == 0) {
        reply(nonce, confirm());
    } else if (strcmp(command, "restart") == 0) {
        reply(nonce, "");
        vTaskDelay(pdMS_TO_TICKS(RESTART_MS));
        esp_restart();
    } else {
        reply(nonce, strcmp(command, "ping") == 0 ? "" : "unknown command");
    }
}

/** What an answer repeats must not be able to end the JSON text around it. */
static bool is_nonce(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    return length > 0 && length < NONCE && text[length] == '\0';
}

static void take_command(const char *text, int length)
{
    cJSON *root = cJSON_ParseWithLength(text, (size_t)length);
    const cJSON *command = cJSON_GetObjectItemCaseSensitive(root, "command");
    const cJSON *nonce = cJSON_GetObjectItemCaseSensitive(root, "nonce");
    if (cJSON_IsString(command) && cJSON_IsString(nonce) && is_nonce(nonce->valuestring)) {
        obey(command->valuestring, nonce->valuestring);
    }
    cJSON_Delete(root);
}

static void take_message(const esp_mqtt_event_t *event)
{
    char topic[TOPIC];
    // A message that comes in pieces is longer than any that this device reads.
    if (event->data_len != event->total_data_len) {
        return;
    }
    topic_of(topic, "cmd");
    if (event->topic_len == (int)strlen(topic) && strncmp(event->topic, topic, (size_t)event->topic_len) == 0) {
        take_command(event->data, event->data_len);
    } else {
        update_offer(event->data, event->data_len);
    }
}

static void on_event(void *unused, esp_event_base_t base, int32_t id, void *data)
{
    (void)unused;
    (void)base;
    char topic[TOPIC];
    switch ((esp_mqtt_event_id_t)id) {
    case MQTT_EVENT_CONNECTED:
        topic_of(topic, "cmd");
        esp_mqtt_client_subscribe(client, topic, 1);
        topic_of(topic, "ota");
        esp_mqtt_client_subscribe(client, topic, 1);
        publish_status("");
        break;
    case MQTT_EVENT_DATA:
        take_message(data);
        break;
    default:
        break;
    }
}

void link_start(void)
{
    esp_mqtt_client_config_t config = {
        .broker.address.uri = CONFIG_ASSAY_BROKER_URI,
        .credentials.client_id = CONFIG_ASSAY_DEVICE_ID,
    };
    client = esp_mqtt_client_init(&config);
    esp_mqtt_client_register_event(client, ESP_EVENT_ANY_ID, on_event, NULL);
    ESP_ERROR_CHECK(esp_mqtt_client_start(client));
}
