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

function lines(commands: string): string {
  return `${commands.replaceAll('; ', '\n')}\n`;
}
