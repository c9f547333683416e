import { canonical, type Json } from '#core/canonical.ts';
import { listOf, memberOf, numberOf, textOf } from '#core/json-path.ts';

/** What the harness does when a machine calls a verb, as the beginning of a sentence. */
const DOING: Readonly<Record<string, string>> = {
  offerImage: 'Offers the image',
  activate: 'Asks the application to restart',
  resetBoard: 'Resets the board from outside',
  waitAndRead: 'Waits, then asks which image runs',
  confirmImage: 'Asks the application to confirm the running image',
  readIdentity: 'Asks which image runs',
  bootHistory: 'Counts the boots seen so far',
  crashHistory: 'Looks for crashes on the console',
  interrupt: 'Cuts power while the board is busy',
  readArea: 'Reads a flash area back',
  writeArea: 'Writes a flash area through the probe',
  sweepCuts: 'Cuts power at every flash operation of the phase',
  calibrateCuts: 'Lets the phase go by without a cut and measures it',
  timedCuts: 'Cuts power at moments of the phase',
  minimiseCuts: 'Looks for the shortest sequence of power cuts that breaks the board',
  fuzz: 'Sends the malformed messages',
  hunt: 'Sends malformed messages until it is enough',
  triage: 'Sends the last messages again to find out which one did it, and makes it shorter',
  readLiveness: 'Sends valid input and waits for the answer',
};

type Describe = (value: Json) => string | undefined;

function quoted(text: string | undefined): string {
  return text === undefined || text === '' ? '' : `: ${text}`;
}

const receipt: Describe = (value) => {
  const accepted = memberOf(value, 'accepted');
  if (accepted === true) return `accepted${quoted(textOf(value, 'detail'))}`;
  if (accepted !== false) return undefined;
  return `refused at ${textOf(value, 'step') ?? 'an unnamed step'}${quoted(textOf(value, 'reason'))}`;
};

const running: Describe = (value) => {
  const state = memberOf(value, 'running');
  if (state === false) return `no application runs${quoted(textOf(value, 'why'))}`;
  if (state !== true) return undefined;
  const trial = memberOf(value, 'confirmed') === true ? 'confirmed' : 'not confirmed';
  const how = textOf(value, 'how');
  const from = `${textOf(value, 'version') ?? 'an image'} runs from ${textOf(value, 'slot') ?? 'an unnamed slot'}`;
  return `${from}, ${trial}${how === undefined ? '' : ` (${how})`}`;
};

const liveness: Describe = (value) => {
  const alive = memberOf(value, 'alive');
  if (typeof alive !== 'boolean') return undefined;
  return `${alive ? 'the application answers' : 'the application does not answer'}${quoted(textOf(value, 'how'))}`;
};

const interrupted: Describe = (value) => {
  const cut = memberOf(value, 'cut');
  const after = memberOf(value, 'after');
  if (cut === undefined || after === undefined) return undefined;
  const operation = memberOf(cut, 'operation');
  const index = numberOf(operation, 'index');
  const where =
    index === undefined ? '' : ` at flash operation ${index} (${textOf(operation, 'kind') ?? 'any'})`;
  return `power went off${where}; afterwards ${running(after) ?? canonical(after)}`;
};

const sweep: Describe = (value) => {
  const summary = memberOf(value, 'summary') ?? value;
  const cuts = numberOf(summary, 'cuts');
  const operations = numberOf(summary, 'operations');
  if (cuts === undefined || operations === undefined) return undefined;
  return `${cuts} power cuts over ${operations} flash operations`;
};

const campaign: Describe = (value) => {
  const sent = numberOf(value, 'sent');
  if (sent === undefined) return undefined;
  const broken = memberOf(value, 'broken');
  const counts = `${sent} sent, ${numberOf(value, 'answered') ?? 0} answered`;
  if (broken === null || broken === undefined) return `${counts}, alive after each`;
  const recovered = memberOf(value, 'recovered') === true ? 'came back after a reset' : 'did not come back';
  return `${counts}; ${textOf(broken, 'name') ?? 'one case'} broke the board${quoted(textOf(broken, 'what'))}; it ${recovered}`;
};

const area: Describe = (value) => {
  const holds = memberOf(value, 'holds');
  if (typeof holds !== 'boolean') return undefined;
  return `${textOf(value, 'area') ?? 'the area'} ${holds ? 'holds' : 'does not hold'} the image`;
};

function crashes(seen: readonly Json[]): string {
  return `${seen.length} lines of crashes, the first: ${textOf(seen[0] ?? null, 'text') ?? '?'}`;
}

const boots: Describe = (value) => {
  if (!Array.isArray(value)) return undefined;
  if (value.length > 0 && textOf(value[0] as Json, 'text') !== undefined) return crashes(value);
  const versions = (value as readonly Json[]).map((boot) => textOf(boot, 'version') ?? '?');
  return versions.length === 0 ? 'none' : `boots of ${versions.join(', ')}`;
};

const trouble: Describe = (value) => {
  const message = textOf(value, 'message', 'error');
  return message === undefined ? undefined : `failed: ${message}`;
};

const SHAPES: readonly Describe[] = [
  receipt,
  running,
  liveness,
  interrupted,
  sweep,
  campaign,
  area,
  boots,
  trouble,
];

/** What a verb gave back, in words; values of no known shape as their JSON. */
export function resultText(value: Json): string {
  if (typeof value === 'string') return value;
  for (const describe of SHAPES) {
    const text = describe(value);
    if (text !== undefined) return text;
  }
  return canonical(value);
}

function subject(input: Json | undefined): string {
  const image = memberOf(input, 'image');
  const name = textOf(image, 'name') ?? (typeof image === 'string' ? image : undefined);
  const path = textOf(input, 'path');
  const ms = numberOf(input, 'ms');
  const cases = memberOf(input, 'cases');
  return [
    name,
    path === undefined ? undefined : `over ${path}`,
    textOf(input, 'protocol'),
    textOf(input, 'phase'),
    textOf(input, 'area'),
    textOf(input, 'during'),
    ms === undefined ? undefined : `${ms} ms`,
    Array.isArray(cases) ? `${listOf(input, 'cases').length} cases` : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** A verb call and its result as one sentence. */
export function verbText(data: Json): string {
  const name = textOf(data, 'verb', 'name') ?? 'a verb';
  const what = subject(memberOf(data, 'input') ?? data);
  const doing = `${DOING[name] ?? `Calls ${name}`}${what === '' ? '' : ` (${what})`}`;
  const result = memberOf(data, 'output') ?? memberOf(data, 'result') ?? memberOf(data, 'error');
  return result === undefined ? doing : `${doing}: ${resultText(result)}`;
}
