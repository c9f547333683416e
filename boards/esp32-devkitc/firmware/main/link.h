#pragma once

/** Connects with the broker of the bench and serves commands and notices. */
void link_start(void);

/** Sends a message on one of the device's topics. */
void link_publish(const char *topic, const char *text, int retain);
