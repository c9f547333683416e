import type { CallOptions, FlashProbe, Identity, RadioLink, UpdateTransport } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import type { ConsoleHub } from '#drivers/channel/console.ts';
import { MqttDevice } from '#drivers/channel/mqtt-device.ts';
import { BootLog } from '#drivers/identity/banner.ts';
import { MqttIdentity } from '#drivers/identity/mqtt-status.ts';
import { DatagramRadio, type DatagramLink } from '#drivers/radio/datagram.ts';
import { JoinedRadio } from '#drivers/radio/joined.ts';
import { MqttHttpRadio } from '#drivers/radio/mqtt-http.ts';
import { EspHttpsUpdate } from '#drivers/update/esp-https.ts';
import { FlashStagedUpdate } from '#drivers/update/flash-staged.ts';
import { UpdatePaths } from '#drivers/update/paths.ts';
import type { BenchNetwork } from './network.ts';
import type { EspProfile } from './profile.ts';
import { stagingPlan } from './staging.ts';
import { updateServer } from './update-server.ts';

/** What the capabilities of this board stand on, real or virtual. */
export interface BoardLines {
  readonly deviceId: string;
  readonly clock: Clock;
  readonly hub: ConsoleHub;
  readonly network: BenchNetwork;
  /** The way to its datagram services; left out: they are not tried. */
  readonly datagrams?: DatagramLink;
  /** A way behind the application's back; null where there is none. */
  readonly backDoor: BackDoor | null;
}

/** A probe, and a restart from outside. */
export interface BackDoor {
  readonly profile: EspProfile;
  readonly probe: FlashProbe;
  /** Distance of the two otadata entries in flash. */
  readonly stride: number;
  restart(options: CallOptions): Promise<void>;
}

/** What network and console together can do. */
export interface NetworkCapabilities {
  readonly identity: Identity;
  readonly radio: RadioLink;
  readonly update: UpdateTransport;
}

/** Identity, radio and update over console and network; staging too where there is a back door. */
export async function networkCapabilities(lines: BoardLines): Promise<NetworkCapabilities> {
  const { hub, clock, network, datagrams, backDoor, deviceId } = lines;
  const { front, host, link, rogue, wire } = network;
  const device = await MqttDevice.open({ link, clock, deviceId, closed: hub.closed });
  const log = new BootLog();
  hub.onLine(log.take);
  const tail = () => hub.tail();
  const identity = new MqttIdentity({ device, log, tail });
  const streams = new MqttHttpRadio({
    device,
    front,
    host,
    identity,
    tail,
    wire,
    rogue: rogue && { server: rogue, place: updateServer },
  });
  const name = `${deviceId}.local`;
  const radio =
    datagrams === undefined
      ? streams
      : new JoinedRadio(
          streams,
          new DatagramRadio({ link: datagrams, clock, identity, closed: hub.closed, name, tail, wire }),
        );
  const https = new EspHttpsUpdate({ device, host });
  if (backDoor === null) return { identity, radio, update: https };
  const staged = new FlashStagedUpdate({
    probe: backDoor.probe,
    plan: (image, mode, options) => stagingPlan(backDoor, image, mode, options),
    restart: (options) => backDoor.restart(options),
    confirm: (options) => https.confirm(options),
  });
  return { identity, radio, update: new UpdatePaths(https, staged) };
}
