/** A count with its thousands set apart: `1,234,567`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** A count and what it counts: `1 page`, `2 pages`. */
export function formatMany(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** A duration of `ms` milliseconds, for people: `850 ms`, `12.3 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Operations a second: `212,000/s`, with three digits that mean something. */
export function formatRate(count: number, ms: number): string {
  if (ms <= 0) return '-';
  return `${formatCount(Number(((count / ms) * 1000).toPrecision(3)))}/s`;
}
