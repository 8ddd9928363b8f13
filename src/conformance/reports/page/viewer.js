import { element, icon } from './dom.js';
import { drawLegend, drawSide, scaleOf } from './page-map.js';

/** @typedef {import('../time-line.js').TimeLine} TimeLine */
/** @typedef {import('../time-line.js').TimeLineStep} TimeLineStep */
/** @typedef {import('../moment.js').Line} Line */

/** @type {readonly (readonly ['lists' | 'statistics' | 'spans' | 'others' | 'effects', string])[]} */
const TABLES = [
  ['lists', 'Lists'],
  ['statistics', 'Statistics'],
  ['spans', 'Spans'],
  ['others', 'Caches and cycle'],
  ['effects', 'Effects of this operation'],
];

/** The viewer of one time line. */
export class Viewer {
  /**
   * @param {HTMLElement} root
   * @param {TimeLine} timeLine
   */
  constructor(root, timeLine) {
    this.root = root;
    this.timeLine = timeLine;
    this.current = timeLine.first;
    this.scale = scaleOf(timeLine);
    this.slider = /** @type {HTMLInputElement} */ (
      element('input', {
        type: 'range',
        min: '0',
        max: String(timeLine.steps.length - 1),
        step: '1',
        class: 'slider',
        'aria-label': 'Operation',
      })
    );
    this.stage = element('div', { class: 'stage' });
    this.status = element('p', { class: 'unseen', role: 'status' });
    this.commands = element('ol', { class: 'commands', 'aria-label': 'Operations' });
    this.build();
    this.show(this.current);
  }

  build() {
    const { root, timeLine, slider } = this;
    root.setAttribute('role', 'group');
    root.setAttribute('tabindex', '0');
    root.setAttribute(
      'aria-label',
      'Time line of the heap. Left and right arrow step, Home and End go to the ends, D to the first difference.',
    );
    timeLine.steps.forEach((step, index) => {
      const name = step.command === '' ? 'before the first' : step.command;
      const line = element('li', { class: 'command' }, [
        element('span', { class: 'number' }, [String(step.index + 1)]),
        element('code', {}, [name]),
      ]);
      if (step.differences.length > 0) line.classList.add('wrong');
      line.addEventListener('click', () => this.show(index));
      this.commands.append(line);
    });
    slider.addEventListener('input', () => this.show(Number(slider.value)));
    root.addEventListener('keydown', (event) => this.press(event));

    const track = element('div', { class: 'track' }, [slider]);
    const marker = element('span', { class: 'marker', title: 'first difference' });
    const last = timeLine.steps.length - 1;
    marker.style.setProperty('--at', String(last === 0 ? 0 : timeLine.first / last));
    track.append(marker);
    const controls = element('div', { class: 'controls' }, [
      this.button(icon('M4 3v10M12 3.5v9L6 8z'), 'First operation', () => 0),
      this.button(icon('M11 3.5v9L5 8z'), 'Operation before', () => this.current - 1),
      track,
      this.button(icon('M5 3.5v9L11 8z'), 'Next operation', () => this.current + 1),
      this.button(icon('M12 3v10M4 3.5v9L10 8z'), 'Last operation', () => last),
      this.button('First difference', 'To the first difference', () => timeLine.first, 'accent'),
    ]);
    const notes = [
      ...(timeLine.leftOut > 0 ? [`The ${timeLine.leftOut} steps before these are left out.`] : []),
      ...(timeLine.note === '' ? [] : [timeLine.note]),
    ].map((note) => element('p', { class: 'note' }, [note]));
    root.append(
      controls,
      ...notes,
      element('div', { class: 'columns' }, [this.commands, this.stage]),
      element('p', { class: 'keys' }, [
        ...['←', '→', 'Home', 'End', 'D'].map((key) => element('kbd', {}, [key])),
        ' step, go to the ends, go to the first difference',
      ]),
      this.status,
    );
    root.hidden = false;
  }

  /**
   * @param {string | Node} face
   * @param {string} label
   * @param {() => number} target
   * @param {string} [kind]
   */
  button(face, label, target, kind = '') {
    const made = element(
      'button',
      { type: 'button', class: `step ${kind}`, 'aria-label': label, title: label },
      [face],
    );
    made.addEventListener('click', () => this.show(target()));
    return made;
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const target = this.targetOf(event.key);
    if (target === undefined) return;
    event.preventDefault();
    this.show(target);
  }

  /** @param {string} key */
  targetOf(key) {
    switch (key) {
      case 'ArrowRight':
        return this.current + 1;
      case 'ArrowLeft':
        return this.current - 1;
      case 'Home':
        return 0;
      case 'End':
        return this.timeLine.steps.length - 1;
      case 'd':
      case 'D':
        return this.timeLine.first;
      default:
        return undefined;
    }
  }

  /** @param {number} wanted */
  show(wanted) {
    const { steps, first } = this.timeLine;
    this.current = Math.min(Math.max(wanted, 0), steps.length - 1);
    const step = steps[this.current];
    const before = steps[this.current - 1];
    const when =
      step.index < 0 ? 'Before the first operation' : `After command ${step.index + 1}: ${step.command}`;
    this.slider.value = String(this.current);
    this.slider.setAttribute('aria-valuetext', when);
    [...this.commands.children].forEach((line, index) => {
      line.toggleAttribute('data-current', index === this.current);
      if (index === this.current) line.setAttribute('aria-current', 'step');
      else line.removeAttribute('aria-current');
    });
    this.revealCommand();
    this.root.classList.toggle('at-first', this.current === first);
    this.status.textContent = `${when}. ${differencesInWords(step, this.current === first)}`;
    this.stage.replaceChildren(
      element('h4', { class: 'when' }, [
        element('span', {}, [
          step.index < 0 ? 'Before the first operation' : `After command ${step.index + 1}`,
        ]),
        ...(step.command === '' ? [] : [element('code', {}, [step.command])]),
      ]),
      ...step.inside.map((inside) =>
        element('p', { class: 'note' }, ['inside of it: ', element('code', {}, [inside])]),
      ),
      ...this.callout(step),
      element('div', { class: 'sides' }, [
        drawSide('Expected', 'the reference', step.expected, this.scale),
        drawSide('Actual', 'the implementation', step.actual, this.scale),
      ]),
      drawLegend(step, this.scale),
      element(
        'div',
        { class: 'tables' },
        TABLES.flatMap(([part, title]) => {
          const rows = step[part];
          return rows.length === 0 ? [] : [table(title, part, rows, before?.[part])];
        }),
      ),
    );
  }

  /** Scrolls the list of commands, and nothing else, to where the current one can be seen. */
  revealCommand() {
    const line = this.commands.children.item(this.current);
    if (!(line instanceof HTMLElement)) return;
    const { commands } = this;
    const top = line.offsetTop - commands.offsetTop;
    if (top < commands.scrollTop) commands.scrollTop = top;
    const bottom = top + line.offsetHeight - commands.clientHeight;
    if (bottom > commands.scrollTop) commands.scrollTop = bottom;
  }

  /**
   * @param {TimeLineStep} step
   * @returns {HTMLElement[]}
   */
  callout(step) {
    if (step.differences.length === 0) return [];
    const isFirst = this.current === this.timeLine.first;
    const title = isFirst ? 'First difference' : 'Different';
    const shown = step.differences.slice(0, 12);
    const hidden = step.differences.length - shown.length;
    return [
      element('div', { class: isFirst ? 'callout first-difference' : 'callout' }, [
        element('p', { class: 'callout-title' }, [title]),
        element('table', { class: 'differences' }, [
          element('thead', {}, [
            element(
              'tr',
              {},
              ['where', 'expected', 'actual'].map((name) => element('th', { scope: 'col' }, [name])),
            ),
          ]),
          element(
            'tbody',
            {},
            shown.map(([path, expected, actual]) =>
              element('tr', {}, [
                element('th', { scope: 'row' }, [element('code', {}, [path])]),
                element('td', {}, [element('code', {}, [expected])]),
                element('td', {}, [element('code', {}, [actual])]),
              ]),
            ),
          ),
        ]),
        ...(hidden > 0 ? [element('p', { class: 'note' }, [`and ${hidden} more`])] : []),
      ]),
    ];
  }
}

/**
 * @param {TimeLineStep} step
 * @param {boolean} first
 */
function differencesInWords(step, first) {
  if (step.actual === null) return 'No answer.';
  if (step.differences.length === 0) return 'Nothing differs.';
  const [path, expected, actual] = step.differences[0];
  const more = step.differences.length > 1 ? `, and ${step.differences.length - 1} more` : '';
  return `${first ? 'First difference: ' : 'Different: '}${path}, expected ${expected}, actual ${actual}${more}.`;
}

/**
 * @param {string} title
 * @param {string} part
 * @param {readonly Line[]} lines
 * @param {readonly Line[] | undefined} before
 */
function table(title, part, lines, before) {
  const last = new Map((before ?? []).map((line) => [line[0], line]));
  const rows = lines.map(([name, expected, actual, differs]) => {
    const earlier = last.get(name);
    const changed =
      before !== undefined && part !== 'effects' && (earlier?.[1] !== expected || earlier?.[2] !== actual);
    const row = element('tr', {}, [
      element('th', { scope: 'row' }, [
        ...(differs
          ? [
              element('span', { class: 'sign', title: 'differs' }, [
                '≠',
                element('span', { class: 'unseen' }, [' differs ']),
              ]),
            ]
          : []),
        name,
      ]),
      cell(expected, ''),
      cell(actual, actual === expected && !differs ? 'alike' : ''),
    ]);
    if (differs) row.classList.add('wrong');
    if (changed) row.classList.add('changed');
    return row;
  });
  return element('div', { class: `lines ${part}` }, [
    element('table', {}, [
      element('caption', {}, [title]),
      element('thead', {}, [
        element(
          'tr',
          {},
          ['', 'expected', 'actual'].map((name) =>
            element(name === '' ? 'td' : 'th', name === '' ? {} : { scope: 'col' }, [name]),
          ),
        ),
      ]),
      element('tbody', {}, rows),
    ]),
  ]);
}

/**
 * @param {string | null} text
 * @param {string} kind
 */
function cell(text, kind) {
  if (text === null) return element('td', { class: 'untold' }, ['not told']);
  if (text === '') return element('td', { class: 'untold' }, ['–']);
  return element('td', { class: kind }, [text]);
}
