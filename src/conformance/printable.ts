/**
 * Text from a file, a name or a foreign heap, made safe to print: control characters, and characters that reorder or
 * hide text, are written as `\\u{1b}`, so that nothing can move the cursor or recolour the terminal. Line feeds stay.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\n' ? character : escaped(character),
  );
}

/** Like {@link printable}, for text that must stay on one line: a name, a path. */
export function printableLine(text: string): string {
  return printable(text).replaceAll('\n', '\\n');
}

function escaped(character: string): string {
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
