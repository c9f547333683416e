import { qemuReference } from './reference.ts';
import { runSweep } from '#core/conduct-sweep.ts';
const signal = new AbortController().signal;
const entry = qemuReference();
await using rig = await entry.open({ signal });
const image = entry.facts.firmware.build({ version: '1.3.0' });
const phase = (process.argv[2] ?? 'confirm') as 'confirm';
const limit = Number(process.argv[3] ?? 60) * 1000;
let t = performance.now();
const plan = { phase, image: image.bytes, tears: ['before', 'after', 'half-programmed', 'weak-bits', 'partial-erase', 'weak-erase', 'prefix'] as const, seed: 1 };
const work = await rig.sweep!.open(plan, { signal });
console.log('open', Math.round(performance.now() - t), work.facts, work.cutsAt.reduce((a, b) => a + b, 0));
t = performance.now(); let n = 0, judged = 0, alike = 0, bad = 0, last = 0;
const seen = new Set();
for (let op = 0; op < work.facts.operations && performance.now() - t < limit; op++) {
  await work.cut(op, op + 1, { signal, onCut: (c) => { n++; if (c.alike) alike++; else if (!c.recognised && !seen.has(c.left)) judged++; seen.add(c.left);
    const ids = c.boots.map(b => b.identity === work.facts.before ? 'old' : b.identity === work.facts.update ? 'new' : String(b.identity)).join();
    if (ids.includes('null') || !c.updatable) { bad++; if (bad < 20) console.log('BAD', op, c.kind, c.address.toString(16), c.tear, ids, c.updatable); } } });
  if (performance.now() - last > 5000) { last = performance.now(); console.log(op, 'cuts', n, 'judged', judged, 'alike', alike, 'bad', bad, 's', Math.round((performance.now() - t) / 1000)); }
}
const s = (performance.now() - t) / 1000;
console.log('cuts', n, 'judged', judged, 'alike', alike, 'bad', bad, 's', s.toFixed(1), 'cuts/s', (n / s).toFixed(1), 'judged/s', (judged / s).toFixed(2));
t = performance.now(); await work.close(); console.log('close', performance.now() - t);
