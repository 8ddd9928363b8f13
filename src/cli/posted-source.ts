import { deserialize, serialize } from 'node:v8';
import type { ProgramSource, Recipe } from '../fuzzing/index.js';
import type { Program } from '../programs/index.js';

/** How a program is made, as it is posted to a worker: programs in it are bytes, which are copied at once. */
export type PostedSource =
  | { readonly kind: 'program'; readonly bytes: Uint8Array }
  | { readonly kind: 'recipe'; readonly recipe: object; readonly parents: readonly Uint8Array[] };

/** Programs of which others are made are posted again and again. */
const BYTES = new WeakMap<Program, Uint8Array>();

/** A source as it is posted. */
export function postedSource(source: ProgramSource): PostedSource {
  if (source.kind === 'program') return { kind: 'program', bytes: serialize(source.program) };
  const { recipe } = source;
  if (recipe.kind === 'drawn') return { kind: 'recipe', recipe, parents: [] };
  const { parents, ...rest } = recipe;
  return { kind: 'recipe', recipe: rest, parents: parents.map(bytesOf) };
}

/** The source that was posted. */
export function sourceOf(posted: PostedSource): ProgramSource {
  if (posted.kind === 'program') return { kind: 'program', program: deserialize(posted.bytes) as Program };
  const parents = posted.parents.map((bytes) => deserialize(bytes) as Program);
  const recipe = (parents.length === 0 ? posted.recipe : { ...posted.recipe, parents }) as Recipe;
  return { kind: 'recipe', recipe };
}

function bytesOf(program: Program): Uint8Array {
  const known = BYTES.get(program);
  if (known !== undefined) return known;
  const bytes = serialize(program);
  BYTES.set(program, bytes);
  return bytes;
}
