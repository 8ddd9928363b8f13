import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './repository.js';

/** A block of code in the README. */
export interface CodeBlock {
  /** The language that it says. */
  readonly language: string;
  readonly text: string;
}

/** The README's text. */
export const README = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');

/** The README's blocks of code, in their order. */
export const CODE_BLOCKS: readonly CodeBlock[] = [...README.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(
  ([, language, text]) => ({ language, text }),
);

/** What the README has between single backticks, in its order. */
export const INLINE_CODE: readonly string[] = [
  ...README.replaceAll(/^```[^]*?^```$/gm, '').matchAll(/`([^`]+)`/g),
].map(([, text]) => text);
