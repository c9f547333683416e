import { combine, type Verdict } from '#core/verdict.ts';
import { markup, type Markup } from './markup.ts';
import { subjectName, type FamilyGroup, type Subject } from './subjects.ts';
import { badge, glyph, SHOWN, WORDS } from './verdict.ts';
import { byFamily, familyName } from './words.ts';

function tallyOf(group: FamilyGroup): readonly (readonly [Verdict, number])[] {
  return SHOWN.map((verdict) => {
    const held = group.records.filter((record) => record.verdict === verdict);
    return [verdict, held.length] as const;
  }).filter(([, held]) => held > 0);
}

function cell(group: FamilyGroup | undefined, family: string): Markup {
  const name = familyName(family);
  if (group === undefined) return markup`<td class="soft" data-l="${name}">${badge('not-run')}</td>`;
  const counts = tallyOf(group);
  const worst = combine(group.records.map((record) => record.verdict));
  const bar = counts.map(([verdict, n]) => markup`<span class="b-${verdict}" style="flex-grow:${n}"></span>`);
  const words = counts.map(
    ([verdict, n]) =>
      markup`<span class="v-${verdict}">${glyph(verdict)}${n}<span class="sr"> ${WORDS[verdict].toLowerCase()}</span></span>`,
  );
  return markup`<td data-l="${name}"><a class="cell" href="#t-${group.key}">${badge(worst)}<span class="bar" aria-hidden="true">${bar}</span>
<span class="words">${words}</span></a></td>`;
}

function row(subject: Subject, families: readonly string[]): Markup {
  const kind = subject.board === undefined ? '' : ` ${subject.board.kind}`;
  return markup`<tr
    ><th scope="row">${subjectName(subject)}<span class="soft small">${subject.boardId}${kind === '' ? '' : `,${kind}`}</span></th
    >${families.map((family) =>
      cell(
        subject.families.find((group) => group.family === family),
        family,
      ),
    )}</tr
  >`;
}

/** Boards by attack families, with the worst verdict and all counts in each cell. */
export function matrix(subjects: readonly Subject[]): Markup | null {
  const all = new Set(subjects.flatMap((subject) => subject.families.map((group) => group.family)));
  if (all.size === 0) return null;
  const families = [...all].toSorted(byFamily);
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="Verdicts by board and attack family"><table class="matrix">
<caption class="sr">Worst verdict and counts for each board and attack family</caption>
<thead><tr><th scope="col">Board</th>${families.map((family) => markup`<th scope="col">${familyName(family)}</th>`)}</tr></thead>
<tbody>${subjects.map((subject) => row(subject, families))}</tbody></table></div>`;
}
