import { CLAUSES, THEMES, type Clause, type Theme } from './clauses/index.js';

/** Longer examples are folded. */
const MOST_LINES = 40;

const NOTE =
  '<!-- Written by `npm run docs:specification` from src/conformance/clauses: change it there. -->';

/** The pages of `docs/specification/`: the text of each file under its name. */
export function specificationPages(): ReadonlyMap<string, string> {
  return new Map([
    ['README.md', overview()],
    ...THEMES.map((theme) => [fileOf(theme), page(theme)] as const),
  ]);
}

function overview(): string {
  const rows = THEMES.map(
    (theme) => `| [${theme.title}](${fileOf(theme)}) | ${theme.clauses.length} | ${theme.about} |`,
  );
  return `${NOTE}

# The specification

What Go's page heap does, as ${CLAUSES.length} clauses. Each is a rule with a name that stays the same, the place where it is
from, and the smallest program that shows it. The tests run these programs on both heaps.

| theme | clauses | |
| --- | --- | --- |
${rows.join('\n')}

## How to read a clause

A clause is *required*, or a *detail* on which nothing rests that a program could rely on. Its profile says how much an
implementation has to claim for the clause to hold it: *safety* is part of *accounting*, that of *placement*, and that of
*structure*.

The source is a line of \`mheap.go\` in Go 1.8, or the part of the runtime around it that is meant. Invariants and shapes are
those of lockstep; recordings are those in [golden](../../golden/README.md).

An example is a [program](../program-text.md). What stands behind \`#=\` is what can be seen when the command has ended:
\`result\`; \`sys\`, \`clears\`, \`prints\`, \`finalizers\`, \`profiles\` and \`claims\`, which it did to its host; a statistic under
its name; and all else of the state, where \`spans[@8192]\` is the span at that address. To a reader of programs all this is
a comment, so that an example can be run as it stands.
`;
}

function page({ title, about, clauses }: Theme): string {
  return [NOTE, `# ${title}`, about, ...clauses.map(section)].join('\n\n').concat('\n');
}

function section(clause: Clause): string {
  return [`## ${clause.id}`, clause.text, facts(clause), block(clause.example)].join('\n\n');
}

function facts({ level, profile, source, invariants, shapes, traces }: Clause): string {
  const place = source.startsWith('mheap.go:') ? `\`${source}\`` : `“${source}”`;
  return [
    `*${level}, ${profile}*, from ${place}`,
    ...named('invariants', invariants),
    ...named('shapes', shapes),
    ...named('recordings', traces),
  ].join(' · ');
}

function named(what: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${what}: ${names.map((name) => `\`${name}\``).join(', ')}`];
}

function block(example: string): string {
  const code = `\`\`\`heap\n${example}\n\`\`\``;
  const lines = example.split('\n').length;
  if (lines <= MOST_LINES) return code;
  return `<details><summary>An example of ${lines} lines</summary>\n\n${code}\n\n</details>`;
}

function fileOf({ name }: Theme): string {
  return `${name}.md`;
}
