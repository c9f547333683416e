import { defineBench } from '#core/rig.ts';
import { qemuMicropython } from '../microbit/micropython.ts';
import { qemuReference } from '../microbit/reference.ts';

/** Real machine code without a board: micro:bits in QEMU. */
export const bench = defineBench({
  id: 'qemu-microbit',
  title: 'Emulated micro:bit',
  boards: [qemuReference(), qemuMicropython()],
});
