// Filters the table of clauses, and shows the heap through the program of each finding.
import { Viewer } from './viewer.js';

/** @typedef {import('../time-line.js').TimeLine} TimeLine */

/** Lets the table of clauses be filtered by words and by verdict. */
function filterClauses() {
  const words = document.getElementById('words');
  const count = document.getElementById('shown');
  const rows = [...document.querySelectorAll('#clause-table tbody tr')];
  const buttons = [...document.querySelectorAll('button[data-verdict]')];
  if (!(words instanceof HTMLInputElement) || count === null) return;

  const apply = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set(
      buttons
        .filter((button) => button.getAttribute('aria-pressed') === 'true')
        .map((button) => button.getAttribute('data-verdict')),
    );
    let shown = 0;
    for (const row of rows) {
      const text = (row.textContent ?? '').toLowerCase();
      const matches =
        (verdicts.size === 0 || verdicts.has(row.getAttribute('data-verdict'))) &&
        wanted.every((word) => text.includes(word));
      row.toggleAttribute('hidden', !matches);
      if (matches) shown++;
    }
    count.textContent = `${shown} of ${rows.length} clauses`;
  };
  words.addEventListener('input', apply);
  for (const button of buttons) {
    button.addEventListener('click', () => {
      button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
      apply();
    });
  }
  document.getElementById('filter')?.removeAttribute('hidden');
  apply();
}

/** @returns {readonly (readonly [number, TimeLine])[]} */
function readTimeLines() {
  return JSON.parse(document.getElementById('time-lines')?.textContent ?? '[]');
}

filterClauses();
/** @type {Viewer[]} */
const viewers = [];
for (const [finding, timeLine] of readTimeLines()) {
  const root = document.getElementById(`time-line-${finding}`);
  if (root !== null) viewers.push(new Viewer(root, timeLine));
}

// Where nothing has the focus, the arrow keys step the time line that is in sight.
document.addEventListener('keydown', (event) => {
  if (document.activeElement !== document.body || !/^Arrow(?:Left|Right)$/.test(event.key)) return;
  const inSight = viewers.find(({ root }) => root.getBoundingClientRect().bottom > 80);
  inSight?.press(event);
});
