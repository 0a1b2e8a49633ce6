/** Following operations to their end. The connection may be lost meanwhile: the work goes on, and so does the wait. */
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, type Client, type Operation } from '@loucloud/api';
import { formatCountdown, formatPercent } from '../output/format.ts';
import { ProgressLine } from '../output/progress.ts';
import { word } from '../words/i18n.ts';
import { operationMessages, stepMessages } from '../words/operations.messages.ts';
import type { Cli } from './cli.ts';
import { Exit } from './failures.ts';

const FIRST_PAUSE_MS = 100;
const PAUSE_MAX_MS = 1000;
/** LouCloud may be restarting: operations outlive that. */
const SILENCE_MAX_MS = 120_000;
const INTERRUPTED = 130;

const isOver = ({ state }: Operation): boolean =>
  state === 'done' || state === 'failed' || state === 'cancelled' || state === 'superseded';

/** The operations as they ended, in the order given. Ctrl-C ends the wait alone. */
export async function waitForAll(cli: Cli, operationIds: readonly string[]): Promise<Operation[]> {
  const client = await cli.client();
  const line = new ProgressLine(cli.io.stderr, cli.print.mode === 'quiet');
  const latest = new Map<string, Operation>();
  const silent = new Set<string>();
  const interrupted = new AbortController();
  const onInterrupt = () => interrupted.abort();
  process.once('SIGINT', onInterrupt);
  line.show(() => progressText(cli, [...latest.values()], operationIds.length, silent.size > 0));
  try {
    return await Promise.all(
      operationIds.map((id) =>
        follow(client, id, interrupted.signal, {
          onSeen: (operation) => void (silent.delete(id), latest.set(id, operation)),
          onSilence: () => void silent.add(id),
        }),
      ),
    );
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    line.clear();
    const left = operationIds.filter((id) => !isOver(latest.get(id) ?? ({ state: 'queued' } as Operation)));
    cli.print.error(cli.t('goesOn', { ids: left.join(' ') }));
    throw new Exit(INTERRUPTED);
  } finally {
    process.removeListener('SIGINT', onInterrupt);
    line.clear();
  }
}

interface Watcher {
  readonly onSeen: (operation: Operation) => void;
  readonly onSilence: () => void;
}

async function follow(client: Client, id: string, signal: AbortSignal, watcher: Watcher): Promise<Operation> {
  let silentSince: number | null = null;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, PAUSE_MAX_MS)) {
    signal.throwIfAborted();
    try {
      const operation = await client('operationGet', { params: { operationId: id } });
      silentSince = null;
      watcher.onSeen(operation);
      if (isOver(operation)) return operation;
    } catch (error) {
      silentSince ??= Date.now();
      if (!isPassing(error) || Date.now() - silentSince > SILENCE_MAX_MS) throw error;
      watcher.onSilence();
    }
    await delay(pauseMs, undefined, { signal });
  }
}

const isPassing = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.code === 'unreachable' ||
    error.code === 'database_unavailable' ||
    error.code === 'too_many_requests');

export function progressText(cli: Cli, seen: readonly Operation[], total: number, isSilent: boolean): string {
  if (isSilent) return cli.t('lostSight');
  const running = seen.filter((operation) => !isOver(operation));
  const [first] = running;
  const parts = first ? [describe(cli, first)] : [];
  if (total > 1) parts.unshift(cli.t('waitingForMany', { done: seen.length - running.length, total }));
  return parts.join(' · ');
}

function describe(cli: Cli, operation: Operation): string {
  const { objectName, type, step, progress, deadlineAt, waitingFor } = operation;
  const parts = [
    cli.t('waitingFor', { name: objectName, type: word(operationMessages, type, cli.language) }),
  ];
  if (step !== null) parts.push(word(stepMessages, step, cli.language));
  if (waitingFor !== null) parts.push(cli.t('waitingForServer', { name: waitingFor }));
  if (progress !== null) parts.push(formatPercent(progress));
  if (deadlineAt !== null) {
    const seconds = (new Date(deadlineAt).getTime() - Date.now()) / 1000;
    parts.push(cli.t('secondsLeft', { time: formatCountdown(seconds) }));
  }
  return parts.join(' · ');
}
