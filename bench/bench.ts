/** What a bench is, and how its figures are told: medians with their spread, ratios taken in one run. */
export interface Bench {
  readonly name: string;
  readonly what: string;
  /** What is aimed at, by figure: the most that it may be. */
  readonly target: Readonly<Record<string, number>>;
  run(options: { readonly isShort: boolean }): Promise<Readonly<Record<string, Figure>>>;
}

export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

export function figure(values: readonly number[], unit: string): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = NaN, high = NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return { median: (low + high) / 2, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN, unit };
}

export async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

const round = (value: number): number => Number(value.toPrecision(4));

/** Runs them one after another and prints a table, then one line of JSON. */
export async function runBenches(benches: readonly Bench[], isShort: boolean): Promise<void> {
  const results: Record<string, unknown> = {};
  for (const bench of benches) {
    console.log(`${bench.name}: ${bench.what}`);
    const figures = await bench.run({ isShort });
    for (const [name, { median, min, max, unit }] of Object.entries(figures)) {
      const aim = bench.target[name] === undefined ? '' : `  (aim: at most ${bench.target[name]})`;
      console.log(`  ${name.padEnd(24)} ${round(median)} ${unit}  [${round(min)} … ${round(max)}]${aim}`);
    }
    const met = Object.entries(bench.target).every(
      ([name, most]) => (figures[name]?.median ?? Infinity) <= most,
    );
    const rounded = Object.fromEntries(
      Object.entries(figures).map(([name, { median }]) => [name, round(median)]),
    );
    results[bench.name] = { figures: rounded, target: bench.target, met };
  }
  console.log(JSON.stringify({ bench: results }));
}
