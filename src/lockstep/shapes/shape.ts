/** A named situation that a run can reach: the coverage that counts for a heap. */
export interface Shape<Name extends string = string> {
  /** In kebab case, behind a namespace: `allocation/exact-fit`. */
  readonly name: Name;
  /** One sentence that says when it is reached. */
  readonly what: string;
  /** Whether a verification of the default length must reach it; the others are rare. */
  readonly required: boolean;
}

/** Where a theme counts the shapes it finds; it can name its own only. */
export interface Tally<Name extends string> {
  count(name: Name): void;
}

/** The shapes of one namespace, with their sentences; those in `rare` need not be reached by every verification. */
export function shapes<Namespace extends string, Key extends string>(
  namespace: Namespace,
  sentences: Readonly<Record<Key, string>>,
  rare: readonly NoInfer<Key>[] = [],
): readonly Shape<`${Namespace}/${Key}`>[] {
  const keys = Object.keys(sentences) as Key[];
  return keys.map((key) => ({
    name: `${namespace}/${key}`,
    what: sentences[key],
    required: !rare.includes(key),
  }));
}
