import { isUtf8 } from 'node:buffer';

const LINE_FEED = 0x0a;

/** What a decoder puts where bytes are no text; it may also stand in a text by itself, as three bytes. */
const REPLACEMENT = '\ufffd';

/** A byte that keeps others from being text. */
export interface ForeignByte {
  /** Counts from 1. */
  readonly line: number;
  /** Counts from 1, in UTF-16 units. */
  readonly column: number;
  readonly byte: number;
}

/** The first byte with which bytes are no text in UTF-8; undefined where they are. */
export function firstForeignByte(bytes: Uint8Array): ForeignByte | undefined {
  if (isUtf8(bytes)) return undefined;
  // No character but the line feed itself has its byte.
  for (let line = 1, start = 0; start <= bytes.length; line++) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const end = feed < 0 ? bytes.length : feed;
    const found = foreignWithin(bytes.subarray(start, end));
    if (found) return { line, ...found };
    start = end + 1;
  }
  return undefined;
}

function foreignWithin(line: Uint8Array): Omit<ForeignByte, 'line'> | undefined {
  if (isUtf8(line)) return undefined;
  let column = 1;
  let at = 0;
  for (const character of new TextDecoder('utf-8', { ignoreBOM: true }).decode(line)) {
    const size = Buffer.byteLength(character);
    if (character === REPLACEMENT && !isUtf8(line.subarray(at, at + size))) break;
    column += character.length;
    at += size;
  }
  return { column, byte: line[at] };
}
