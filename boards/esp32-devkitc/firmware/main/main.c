// Says who it is, then does what it was built to do.
#include <stdlib.h>

#include "esp_task_wdt.h"
#include "sdkconfig.h"

#include "link.h"
#include "status.h"
#include "wifi.h"

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
    wifi_join();
    link_start();
#endif
}
