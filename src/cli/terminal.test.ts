import { Progress } from './progress.js';
import { Terminal, type Environment, type TextStream } from './terminal.js';

/** A stream that keeps what is written. */
class Memory implements TextStream {
  text = '';

  constructor(
    readonly isTTY: boolean,
    readonly columns: number | undefined,
  ) {}

  write(text: string): void {
    this.text += text;
  }

  writeAll(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

function terminalOf(isTTY: boolean, environment: Environment = {}, columns?: number): Terminal {
  return new Terminal(new Memory(isTTY, columns), new Memory(isTTY, columns), environment);
}

test.each<[boolean, Environment, boolean]>([
  [true, {}, true],
  [false, {}, false],
  [true, { TERM: 'dumb' }, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [false, { FORCE_COLOR: '1' }, true],
  [true, { FORCE_COLOR: '0' }, false],
  [true, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  [false, { CI: 'true' }, false],
])('colours on a terminal (%j) with %j: %j', (isTTY, environment, expected) => {
  const { colours, errorColours } = terminalOf(isTTY, environment);
  expect([colours.isColorSupported, errorColours.isColorSupported]).toEqual([expected, expected]);
});

test('its width is what the terminal says, within reason', () => {
  const widths = [undefined, 10, 100, 1000].map((columns) => terminalOf(true, {}, columns).columns);
  expect(widths).toEqual([80, 40, 100, 240]);
});

describe('progress', () => {
  type Moment = readonly [at: number, line: string];

  function draw(
    moments: readonly Moment[],
    isTTY = true,
    environment: Environment = {},
    columns?: number,
  ): string {
    const stderr = new Memory(isTTY, columns);
    let now = 0;
    const progress = new Progress(new Terminal(new Memory(isTTY, columns), stderr, environment), () => now);
    for (const [at, line] of moments) {
      now = at;
      progress.update(() => line);
    }
    progress.clear();
    progress.clear();
    return stderr.text;
  }

  test('is one line that is drawn now and then, and goes away', () => {
    const drawn = draw([
      [0, 'a'],
      [50, 'b'],
      [120, 'c'],
    ]);
    expect(drawn).toBe('\r\u001b[2Ka\r\u001b[2Kc\r\u001b[2K');
  });

  test('never wraps', () => {
    expect(draw([[0, '0123456789']], true, {}, 10)).toBe('\r\u001b[2K012345678\r\u001b[2K');
  });

  test.each<[boolean, Environment]>([
    [false, {}],
    [true, { CI: '1' }],
    [true, { TERM: 'dumb' }],
  ])('is not for a terminal (%j) with %j', (isTTY, environment) => {
    expect(draw([[0, 'a']], isTTY, environment)).toBe('');
  });
});
