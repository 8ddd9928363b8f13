import { printable, printableLine } from '../printable.js';

// What a foreign heap said ends up in all reports, and in each it must stay text.

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that the pattern of `printable` lets through, but XML does not allow. */
const NON_CHARACTERS = /[\uFFFE\uFFFF]/g;

/**
 * Text as the content of an element of XML, SVG or HTML. What is not allowed there, or can't be seen, is written out
 * as `printable` does.
 */
export function escapeText(text: string): string {
  return printable(text)
    .replace(NON_CHARACTERS, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** Text as the value of an attribute, between quotes; its line feeds are kept. */
export function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('\n', '&#10;');
}

/** Text of one line as the content of an element, or as the value of an attribute. */
export function escapeLine(text: string): string {
  return escapeText(printableLine(text));
}

/**
 * A value as JSON in one line that shows nothing but itself wherever it is printed: what a terminal may obey or hide is
 * escaped, and numbers that JSON does not know are texts.
 */
export function printableJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, sayable, indent).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\n' && indent > 0 ? character : escapedUnits(character),
  );
}

/** A value as JSON that can stand within a `script` element of HTML: it holds nothing that could end or open one. */
export function scriptJson(value: unknown): string {
  return printableJson(value).replace(/[<>&]/g, escapedUnits);
}

/** Any text of a heap's making in a few words: what JSON can't say is said as text. */
export function describeData(value: unknown): string {
  return value === undefined ? 'nothing' : printableJson(value);
}

function sayable(_key: string, value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return `${value}n`;
    case 'function':
    case 'symbol':
      return String(value);
    default:
      return value;
  }
}

function escapedUnits(character: string): string {
  return [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');
}
