/** For an operation that can be cancelled, by whoever may; nothing for any other. */
import type { OperationBrief } from '@loucloud/api';
import { IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useAction } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { operationsPageMessages } from './operations.messages.ts';

export function CancelButton({ operation }: { operation: Pick<OperationBrief, 'id' | 'isCancellable'> }) {
  const t = useT(operationsPageMessages);
  const toast = useToast();
  const queries = useQueryClient();
  const { mutate, isPending } = useAction('operationCancel');
  if (!operation.isCancellable) return null;
  const cancel = () =>
    mutate(
      { params: { operationId: operation.id } },
      {
        onError: toast.problem,
        onSettled: () => {
          for (const name of ['operationGet', 'operationList', 'vmGet', 'vmList'] as const)
            void queries.invalidateQueries({ queryKey: [name] });
        },
      },
    );
  return (
    <ActionButton className="btn-sm" icon={IconX} isPending={isPending} onClick={cancel}>
      {t('cancelOperation')}
    </ActionButton>
  );
}
