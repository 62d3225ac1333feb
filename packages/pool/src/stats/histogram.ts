/** Bins per doubling of time: neighbouring limits differ by 19 %. */
const binsPerOctave = 4;
/** The first bin ends at a microsecond; the last one, 40 octaves on, at twelve days. */
const firstLimit = 0.001;
const binCount = 40 * binsPerOctave;

/** How long something took, over many times. All times are milliseconds. */
export interface TimeSummary {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Percentiles, exact to 19 %. */
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  /** The bins that are not empty: how many times were at most `upTo`, and above the limit of the bin before. */
  readonly bins: readonly { readonly upTo: number; readonly count: number }[];
}

/** Counts times in bins whose limits grow by a constant factor. */
export class Histogram {
  readonly #bins = new Float64Array(binCount);
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = 0;
  /** The bin of the last time, and its limits: the next one is mostly near, and a logarithm takes longer. */
  #bin = 0;
  #above = -Infinity;
  #upTo = firstLimit;

  add(time: number): void {
    this.#count += 1;
    this.#sum += time;
    if (time < this.#min) this.#min = time;
    if (time > this.#max) this.#max = time;
    if (time <= this.#above || time > this.#upTo) this.#find(time);
    this.#bins[this.#bin] = (this.#bins[this.#bin] ?? 0) + 1;
  }

  #find(time: number): void {
    const octaves = Math.log2(Math.max(time, firstLimit) / firstLimit);
    const bin = Math.min(Math.ceil(octaves * binsPerOctave), binCount - 1);
    this.#bin = bin;
    this.#above = bin === 0 ? -Infinity : limitOf(bin - 1);
    this.#upTo = limitOf(bin);
  }

  summary(): TimeSummary {
    const count = this.#count;
    const bins = [...this.#bins].flatMap((size, bin) =>
      size > 0 ? [{ upTo: limitOf(bin), count: size }] : [],
    );
    return {
      count,
      min: count === 0 ? 0 : this.#min,
      max: this.#max,
      mean: count === 0 ? 0 : this.#sum / count,
      p50: this.#percentile(0.5),
      p90: this.#percentile(0.9),
      p99: this.#percentile(0.99),
      bins,
    };
  }

  #percentile(share: number): number {
    let seen = 0;
    for (let bin = 0; bin < binCount; bin += 1) {
      seen += this.#bins[bin] ?? 0;
      if (seen > 0 && seen >= share * this.#count) return Math.min(limitOf(bin), this.#max);
    }
    return 0;
  }
}

function limitOf(bin: number): number {
  return firstLimit * 2 ** (bin / binsPerOctave);
}
