#pragma once

/** Joins the network of the bench, and does so again whenever it is lost; returns once there is an address. */
void wifi_join(void);
