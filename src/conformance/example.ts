import { parseProgram, type Expectation, type Program } from '../programs/index.js';

/** Something that an example shows of one of its commands. */
export interface Show {
  /** The index of the command. */
  readonly index: number;
  /** What of it, see `observedAt`: `result.base`, `error`, `clears`, `heap_inuse`, `spans[@0].npages`, … */
  readonly path: string;
  /** Undefined where there is nothing. */
  readonly value: unknown;
}

/** A program, and what it shows. */
export interface Example {
  readonly program: Program;
  readonly shows: readonly Show[];
}

/** Stands before what a command shows. To a reader of programs it begins a comment. */
const MARK = '#=';

/** Stands for the value of what is not there. */
const NOTHING = 'nothing';

/**
 * Reads an example: the text of a program in which behind a command, or in lines of their own below it, `#=` and what it
 * shows may stand, as `path = value` with a value in JSON, several separated by `;`:
 *
 * ```heap
 * s1 = alloc 1         #= result.base = 0; heap_inuse = 8192
 * free s1              #= free[1] = nothing; spans[@0].npages = 128
 * ```
 *
 * The outcomes that commands must end in (`! RangeError`) are shown too.
 *
 * @throws ProgramSyntaxError where it is no program.
 * @throws SyntaxError where what is shown can't be read, or stands before the first command.
 */
export function parseExample(text: string): Example {
  const program = parseProgram(text);
  const ends = program.commands.flatMap(({ expect = [] }, index) =>
    expect.map((end) => endShown(index, end)),
  );
  const lines = text.split('\n');
  const shows = lines.flatMap((line, i) => {
    const at = line.lastIndexOf(MARK);
    if (at < 0) return [];
    const index = parseProgram(lines.slice(0, i + 1).join('\n')).commands.length - 1;
    if (index < 0) throw new SyntaxError(`nothing has been done yet that could show ${line.slice(at)}`);
    return line
      .slice(at + MARK.length)
      .split(/;\s+/)
      .map((part) => readShow(index, part.trim()));
  });
  return { program, shows: [...ends, ...shows].sort((a, b) => a.index - b.index) };
}

function endShown(index: number, end: Expectation): Show {
  switch (end.kind) {
    case 'result':
      return { index, path: 'error', value: undefined };
    case 'FatalError':
      return { index, path: 'error', value: `${end.kind}: ${end.message}` };
    default:
      return { index, path: 'error', value: end.kind };
  }
}

function readShow(index: number, part: string): Show {
  const [, path, value] = /^(\S+) = (.+)$/.exec(part) ?? [];
  if (value === undefined) throw new SyntaxError(`what is shown is written as path = value, not ${part}`);
  if (value === NOTHING) return { index, path, value: undefined };
  try {
    return { index, path, value: JSON.parse(value) as unknown };
  } catch {
    throw new SyntaxError(`${value} is no value: it must be JSON, or ${NOTHING}`);
  }
}
