import { formatCount } from '../fuzzing/format.js';

export { formatCount, formatDuration, formatMany, formatRate } from '../fuzzing/format.js';

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Bytes in the largest unit that leaves at least one: `8 KiB`, `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toFixed(1))} ${BYTE_UNITS[unit]}`;
}

/** A limit of `ms` milliseconds, exactly: `1500 ms`, `30 s`. */
export function formatLimit(ms: number): string {
  return ms % 1000 === 0 ? `${formatCount(ms / 1000)} s` : `${ms} ms`;
}

/** A byte offset in the arena, as an address is written: `0x1a000`. */
export function formatOffset(offset: number): string {
  return offset < 0 ? `-0x${(-offset).toString(16)}` : `0x${offset.toString(16)}`;
}
