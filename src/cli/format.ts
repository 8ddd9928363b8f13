const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A count with its thousands set apart: `1,234,567`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** A count and what it counts: `1 page`, `2 pages`. */
export function formatMany(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

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

/** A duration of `ms` milliseconds, for people: `850 ms`, `12.3 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A limit of `ms` milliseconds, exactly: `1500 ms`, `30 s`. */
export function formatLimit(ms: number): string {
  return ms % 1000 === 0 ? `${formatCount(ms / 1000)} s` : `${ms} ms`;
}

/** Operations a second: `212,000/s`, with three digits that mean something. */
export function formatRate(count: number, ms: number): string {
  if (ms <= 0) return '-';
  return `${formatCount(Number(((count / ms) * 1000).toPrecision(3)))}/s`;
}

/** A byte offset in the arena, as an address is written: `0x1a000`. */
export function formatOffset(offset: number): string {
  return offset < 0 ? `-0x${(-offset).toString(16)}` : `0x${offset.toString(16)}`;
}
