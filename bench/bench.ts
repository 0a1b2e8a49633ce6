/** What a bench is, and how its figures are told: medians with their spread, ratios taken in one run. */
export interface Bench {
  readonly name: string;
  readonly what: string;
  /** Debian packages that LouCloud itself does without. */
  readonly packages?: readonly string[];
  /** What is aimed at, by figure. */
  readonly target: Readonly<Record<string, Aim>>;
  run(size: Size): Promise<Readonly<Record<string, Figure>>>;
}

export type Aim = { readonly atMost: number } | { readonly atLeast: number };

export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

const SIZES = ['full', 'short', 'tiny'] as const;

/** How much is done: all of it, a look in less than a minute, or only enough to see that the bench works. */
export class Size {
  readonly #name: (typeof SIZES)[number];

  /** `--short` and `--tiny` among the words of a command. */
  static from(words: readonly string[]): Size {
    return new Size(SIZES.findLast((name) => words.includes(`--${name}`)) ?? 'full');
  }

  private constructor(name: (typeof SIZES)[number]) {
    this.#name = name;
  }

  /** What is taken of these. */
  of<T>(full: T, short: T, tiny = short): T {
    return { full, short, tiny }[this.#name];
  }
}

export function figure(values: readonly number[], unit: string): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = NaN, high = NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return { median: (low + high) / 2, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN, unit };
}

/** Of each turn, one's time over another's. */
export const ratios = (above: readonly number[], below: readonly number[]): Figure =>
  figure(
    above.map((value, turn) => value / (below[turn] ?? NaN)),
    '×',
  );

/** The least value that so many of a hundred do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? NaN;
}

const PARTS = 5;

/** What was measured one after another, as fifths of it: a percentile has one value in each, and so a spread. */
export function percentileFigure(values: readonly number[], percent: number, unit: string): Figure {
  const length = Math.ceil(values.length / PARTS);
  const parts = Array.from({ length: PARTS }, (_, part) => values.slice(part * length, (part + 1) * length));
  return figure(
    parts.filter((part) => part.length > 0).map((part) => percentile(part, percent)),
    unit,
  );
}

export async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** What the last line says of a bench: medians, and beside them the least and the most. */
export interface Result {
  readonly figures: Readonly<Record<string, number>>;
  readonly spread: Readonly<Record<string, readonly [min: number, max: number]>>;
  readonly units: Readonly<Record<string, string>>;
  readonly target: Bench['target'];
  readonly met: boolean;
}

/** Runs it and prints a table. */
export async function runBench(bench: Bench, size: Size): Promise<Result> {
  console.log(`${bench.name}: ${bench.what}`);
  const figures = await bench.run(size);
  for (const [name, { median, min, max, unit }] of Object.entries(figures)) {
    const aim = inWords(bench.target[name]);
    console.log(`  ${name.padEnd(24)} ${round(median)} ${unit}  [${round(min)} … ${round(max)}]${aim}`);
  }
  return resultOf(bench, figures);
}

/** Without figures: it could not be run. */
export function resultOf({ target }: Bench, figures: Readonly<Record<string, Figure>>): Result {
  const each = <T>(value: (figure: Figure) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(figures).map(([name, one]) => [name, value(one)]));
  return {
    figures: each(({ median }) => round(median)),
    spread: each(({ min, max }) => [round(min), round(max)]),
    units: each(({ unit }) => unit),
    target,
    met:
      Object.keys(figures).length > 0 &&
      Object.entries(target).every(([name, aim]) => isMet(aim, figures[name]?.median ?? NaN)),
  };
}

/** A figure that was not taken meets nothing. */
function isMet(aim: Aim, value: number): boolean {
  return 'atMost' in aim ? value <= aim.atMost : value >= aim.atLeast;
}

function inWords(aim: Aim | undefined): string {
  if (aim === undefined) return '';
  return 'atMost' in aim ? `  (aim: at most ${aim.atMost})` : `  (aim: at least ${aim.atLeast})`;
}

const round = (value: number): number => Number(value.toPrecision(4));
