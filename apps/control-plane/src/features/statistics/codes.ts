/**
 * A figure in 16 bits: 6 of exponent, 10 of mantissa, so that it is true to a thousandth whatever its size. Processors
 * are counted in thousandths, all else in bytes.
 */
import { type Figure, type Sample, figures } from './sample.ts';

/** No value. */
export const GAP = 0xffff;
export const FIGURES = figures.length;
const MANTISSA = 1024;

export function codeOf(value: number | null): number {
  if (value === null || !Number.isFinite(value) || value < 0) return GAP;
  if (value < MANTISSA - 0.5) return Math.round(value);
  const power = Math.floor(Math.log2(value)) - 10;
  // What rounds up to the next power of two gets there by itself: the exponent stands above the mantissa.
  const mantissa = Math.round(value / 2 ** power) - MANTISSA;
  return Math.min((power + 1) * MANTISSA + mantissa, GAP - 1);
}

export function valueOf(code: number): number | null {
  if (code === GAP) return null;
  const exponent = code >> 10;
  return exponent === 0 ? code : (MANTISSA + (code & (MANTISSA - 1))) * 2 ** (exponent - 1);
}

/** What a figure's code counts in one of. */
const perUnit = (figure: Figure): number => (figure === 'cpuCores' ? 1000 : 1);

export const codesOf = (sample: Sample): number[] =>
  figures.map((figure) => {
    const value = sample[figure];
    return codeOf(value === null ? null : value * perUnit(figure));
  });

export function figureOf(figure: Figure, code: number): number | null {
  const value = valueOf(code);
  return value === null ? null : value / perUnit(figure);
}
