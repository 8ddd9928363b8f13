/** Two programs, as text, that show where a shape begins. */
export interface ShapeExample {
  /** Reaches the shape once, by its last command. */
  readonly reaches: string;
  /** Comes near and does not reach it. */
  readonly misses: string;
}

/** An example from two programs whose commands are parted by semicolons. */
export function example(reaches: string, misses: string): ShapeExample {
  return { reaches: lines(reaches), misses: lines(misses) };
}

/** Commands that allocate `count` objects of `size` bytes: `o1`, `o2` and so on. */
export function many(count: number, size: number): string {
  return Array.from({ length: count }, (_, i) => `o${i + 1} = malloc ${size}`).join('; ');
}

/** Commands that mark the objects from one to another. */
export function marks(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, i) => `mark o${first + i}`).join('; ');
}

function lines(commands: string): string {
  return `${commands.replaceAll('; ', '\n')}\n`;
}
