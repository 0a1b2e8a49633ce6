import { useEffect, useReducer } from 'react';
import { useFormat } from '../app/format.ts';

const STEP_MS = 30_000;

/** "3 minutes ago", the exact time on hover. */
export function Time({ at }: { at: string }) {
  const format = useFormat();
  const [, tick] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const timer = setInterval(tick, STEP_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={format.dateTime(at)}>
      {format.ago(at)}
    </time>
  );
}

/** Stands where a sentence's time goes, for TimeIn to find. */
export const TIME = '\u0000';

/** A sentence with a time in it, in the place that its language gives it. */
export function TimeIn({ text, at }: { text: string; at: string }) {
  const [before = '', after = ''] = text.split(TIME);
  return (
    <>
      {before}
      <Time at={at} />
      {after}
    </>
  );
}

/** How many seconds are left, ticking; 0 when it is over. */
export function useSecondsLeft(until: string | null): number {
  const [, tick] = useReducer((count: number) => count + 1, 0);
  const isOver = until === null || new Date(until).getTime() <= Date.now();
  useEffect(() => {
    if (isOver) return;
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [isOver]);
  return until === null ? 0 : Math.max(0, (new Date(until).getTime() - Date.now()) / 1000);
}
