import type { OperationBrief } from '@loucloud/api';
import { useSyncExternalStore } from 'react';
import { queryClient } from './api.ts';
import { openEventStream } from './event-stream.ts';
import { LiveStream } from './live.ts';

export const live = new LiveStream(queryClient, openEventStream);

export const useIsLiveDown = (): boolean => useSyncExternalStore(live.subscribe, live.isDown);

/** The operation with the progress that was pushed since it was read. */
export function useLiveOperation<O extends OperationBrief>(operation: O): O;
export function useLiveOperation<O extends OperationBrief>(operation: O | null): O | null;
export function useLiveOperation<O extends OperationBrief>(operation: O | null): O | null {
  const id = operation?.id ?? '';
  const pushed = useSyncExternalStore(live.subscribe, () => live.progressOf(id));
  if (!operation || !pushed) return operation;
  return { ...operation, progress: pushed.progress, step: pushed.step, deadlineAt: pushed.deadlineAt };
}
