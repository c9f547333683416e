import { cutOverview } from './cut-views.ts';
import { markup, type Markup } from './markup.ts';
import { recordBody, type DetailContext } from './record-body.ts';
import { recordLines } from './record-lines.ts';
import { drawMachines } from './statechart.ts';
import { subjectName, type FamilyGroup, type NumberedRecord, type Subject } from './subjects.ts';
import { badge } from './verdict.ts';
import { familyName } from './words.ts';

function detail(record: NumberedRecord, context: DetailContext): Markup {
  const open = context.paper ? markup` open` : null;
  return markup`<details class="rec"${open}><summary>${badge(record.verdict)}<h5>${record.title}</h5>
<code class="id">${record.scenario}</code></summary>${recordBody(record, context)}</details>`;
}

/** On paper the table of scenarios tells what does not stand in full, or where there would be no end of it, lines do. */
function onPaper(records: readonly NumberedRecord[], context: DetailContext): Markup | null {
  const { full, isLarge } = context.volume;
  const told = records.filter(({ number }) => full.has(number)).map((record) => detail(record, context));
  const rest = isLarge ? recordLines(records.filter(({ number }) => !full.has(number))) : null;
  return told.length === 0 && rest === null ? null : markup`${told}${rest}`;
}

function attackGroup(
  attackId: string,
  records: readonly NumberedRecord[],
  context: DetailContext,
): Markup | null {
  const attack = context.report.attacks.find(({ id }) => id === attackId);
  const told = context.paper
    ? onPaper(records, context)
    : markup`${records.map((record) => detail(record, context))}`;
  if (told === null) return null;
  return markup`<div class="attack"><h4>${attack?.title ?? attackId} <code class="id">${attackId}</code></h4>
${attack === undefined ? null : markup`<p class="why">${attack.why}</p>`}${told}</div>`;
}

function familyPart(family: FamilyGroup, context: DetailContext): Markup | null {
  const attacks = [...new Set(family.records.map((record) => record.attack))];
  const told = attacks
    .map((attack) =>
      attackGroup(
        attack,
        family.records.filter((record) => record.attack === attack),
        context,
      ),
    )
    .filter((group) => group !== null);
  const overview = cutOverview(family.records, context.report);
  if (told.length === 0 && overview === null) return null;
  return markup`<div class="family" id="d-${family.key}"><p class="fam">${familyName(family.family)}</p>${overview}${told}</div>`;
}

function subjectPart(subject: Subject, context: DetailContext): Markup | null {
  const families = subject.families
    .map((family) => familyPart(family, context))
    .filter((part) => part !== null);
  if (families.length === 0) return null;
  const flaws =
    subject.flaws.length === 0
      ? null
      : markup`<p class="soft">Built with ${subject.flaws.map((flaw, index) => markup`${index > 0 ? ', ' : ''}<code>${flaw}</code>`)}.</p>`;
  return markup`<div class="subject"><h3>${subjectName(subject)}</h3>${flaws}${families}</div>`;
}

const PAPER = markup`<p>On paper, scenarios that did not pass on a sound board are shown in full here; of all others the table of scenarios
tells everything but paths and timelines, which are in the HTML report and in the run folder. The machines behind them are drawn
at the end.</p>`;

const LARGE = markup`<p>There are too many scenarios to show each on paper. Those that did not pass on a sound board are shown in full, up to
the first two hundred; every other one has its verdict, the SHA-256 of its stimulus and the head of its evidence. What was expected and
observed in each is in the HTML report and in the run folder.</p>`;

const TOOLS = markup`<p class="tools" id="fold" hidden><button type="button" data-open="1">Open all</button>
<button type="button" data-open="">Close all</button></p>`;

/** Every scenario in full: judgement, path, timeline and where its evidence is. */
export function scenarioDetails(subjects: readonly Subject[], context: DetailContext): Markup {
  return markup`<section id="details" aria-labelledby="h-details"><h2 id="h-details">Scenarios in detail</h2>
${context.paper ? (context.volume.isLarge ? LARGE : PAPER) : TOOLS}${subjects.map((subject) => subjectPart(subject, context))}
${context.paper ? drawMachines(context.charts) : null}</section>`;
}
