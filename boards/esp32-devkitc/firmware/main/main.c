// Says who it is, then does what it was built to do.
#include <stdlib.h>

#include "esp_task_wdt.h"
#include "nvs_flash.h"
#include "sdkconfig.h"

#include "link.h"
#include "status.h"
#include "wifi.h"

static void start_storage(void)
{
    esp_err_t error = nvs_flash_init();
    if (error == ESP_ERR_NVS_NO_FREE_PAGES || error == ESP_ERR_NVS_NEW_VERSION_FOUND) {
        ESP_ERROR_CHECK(nvs_flash_erase());
        error = nvs_flash_init();
    }
    ESP_ERROR_CHECK(error);
}

void app_main(void)
{
    status_announce();
#if CONFIG_ASSAY_CRASHES
    abort();
#elif CONFIG_ASSAY_HANGS
    ESP_ERROR_CHECK(esp_task_wdt_add(NULL));
    while (1) {
    }
#else
    start_storage();
    wifi_join();
    link_start();
#endif
}
