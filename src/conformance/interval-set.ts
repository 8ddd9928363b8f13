/** A set of integers, kept as the intervals that it is made of: each from its start up to, not including, its end. */
export class IntervalSet {
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];

  add(from: number, to: number): void {
    this.replace(from, to, true);
  }

  remove(from: number, to: number): void {
    this.replace(from, to, false);
  }

  /** The least member from `from` on, below `to`; -1 where there is none. */
  firstIn(from: number, to: number): number {
    const at = this.firstEndingFrom(from + 1);
    if (from >= to || at === this.starts.length || this.starts[at] >= to) return -1;
    return Math.max(from, this.starts[at]);
  }

  /** Whether all integers from `from` up to, not including, `to` are members. */
  covers(from: number, to: number): boolean {
    const at = this.firstEndingFrom(from + 1);
    return from >= to || (at < this.starts.length && this.starts[at] <= from && this.ends[at] >= to);
  }

  private replace(from: number, to: number, member: boolean): void {
    if (from >= to) return;
    // Intervals that the range touches, or only adjoins, become one with it.
    const first = this.firstEndingFrom(from);
    let behind = first;
    while (behind < this.starts.length && this.starts[behind] <= to) behind++;
    const least = first < behind ? Math.min(from, this.starts[first]) : from;
    const most = first < behind ? Math.max(to, this.ends[behind - 1]) : to;
    const parts: readonly (readonly [number, number])[] = member
      ? [[least, most]]
      : [
          [least, from],
          [to, most],
        ];
    const kept = parts.filter(([start, end]) => start < end);
    this.starts.splice(first, behind - first, ...kept.map(([start]) => start));
    this.ends.splice(first, behind - first, ...kept.map(([, end]) => end));
  }

  /** The index of the first interval that ends at `at` or behind it. */
  private firstEndingFrom(at: number): number {
    let low = 0;
    let high = this.ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ends[middle] >= at) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
