/**
 * Filters the scenario table and folds details; everything else works without it. Plain text of the page's one script:
 * it reads and writes attributes only, never markup.
 */
export const SCRIPT = `'use strict';
(() => {
  const byId = (id) => document.getElementById(id);
  const form = byId('filter'), text = byId('f-text'), board = byId('f-board'), out = byId('f-count');
  const bodies = [...document.querySelectorAll('table.list tbody')];
  const rows = bodies.map((body) => [body, [...body.querySelectorAll('tr[data-v]')].map((row) => [row, row.textContent.toLowerCase()])]);
  const total = rows.reduce((sum, [, held]) => sum + held.length, 0);
  const apply = () => {
    const wanted = new Set([...form.querySelectorAll('input[name=v]:checked')].map((box) => box.value));
    const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const [body, held] of rows) {
      const here = board.value === '' || body.dataset.b === board.value;
      let left = 0;
      for (const [row, content] of held) {
        const fits = here && wanted.has(row.dataset.v) && words.every((word) => content.includes(word));
        row.hidden = !fits;
        if (fits) left += 1;
      }
      body.hidden = left === 0;
      shown += left;
    }
    out.textContent = shown + ' of ' + total + ' scenarios';
  };
  form.hidden = false;
  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  apply();
  const all = () => document.querySelectorAll('details.rec');
  const fold = byId('fold');
  fold.hidden = false;
  fold.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button) for (const item of all()) item.open = button.dataset.open !== '';
  });
  const reveal = () => {
    const target = /^#r\\d+$/.test(location.hash) ? byId(location.hash.slice(1)) : null;
    if (target === null) return;
    target.closest('details').open = true;
    target.closest('details').scrollIntoView();
  };
  addEventListener('hashchange', reveal);
  reveal();
  addEventListener('beforeprint', () => { for (const item of document.querySelectorAll('details')) item.open = true; });
})();
`;
