import type { HciPort } from '#codecs/ble/hci-port.ts';

/** Joins a controller to a host that sits behind another port: each hears what the other sends. Ends when either does. */
export function joinPorts(controller: HciPort, host: HciPort): Promise<void> {
  return new Promise((resolve) => {
    controller.listen({ packet: (packet) => host.send(packet), closed: () => resolve() });
    host.listen({ packet: (packet) => controller.send(packet), closed: () => resolve() });
  });
}
