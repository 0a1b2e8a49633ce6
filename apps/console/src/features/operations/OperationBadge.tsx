import type { OperationState } from '@loucloud/api';
import { useT } from '../../app/language.tsx';
import { Badge, type Tone } from '../../ui/Badge.tsx';
import { operationStateMessages } from '../../words/operations.messages.ts';

const tones = {
  queued: 'neutral',
  running: 'info',
  undoing: 'warning',
  done: 'success',
  failed: 'danger',
  cancelled: 'neutral',
  superseded: 'neutral',
} as const satisfies Record<OperationState, Tone>;

export const isActive = (state: OperationState): boolean =>
  state === 'queued' || state === 'running' || state === 'undoing';

export function OperationBadge({ state }: { state: OperationState }) {
  const t = useT(operationStateMessages);
  return (
    <Badge tone={tones[state]} isBusy={isActive(state)}>
      {t(state)}
    </Badge>
  );
}
