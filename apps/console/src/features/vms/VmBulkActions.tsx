/** One verb for several VMs: each is asked on its own, and each has its own result. */
import { ApiError, type Vm } from '@loucloud/api';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useErrorText } from '../../app/error-text.ts';
import { useT } from '../../app/language.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { actionMessages, verdictMessages } from '../../words/vms.messages.ts';
import { type Verb, actionIcons, runVerb } from './vm-verbs.ts';
import { vmsMessages } from './vms.messages.ts';

const bulkVerbs = ['start', 'shutdown', 'delete'] as const satisfies Verb[];
type BulkVerb = (typeof bulkVerbs)[number];
/** So many requests at once; the browser would queue the rest anyway. */
const AT_ONCE = 4;

interface Result {
  readonly vm: Vm;
  readonly error: ApiError | null;
}

export function VmBulkActions({ vms, onDone }: { vms: readonly Vm[]; onDone: () => void }) {
  const names = useT(actionMessages);
  const verdicts = useT(verdictMessages);
  const queries = useQueryClient();
  const [pending, setPending] = useState<BulkVerb | null>(null);
  const [results, setResults] = useState<{ verb: BulkVerb; results: readonly Result[] } | null>(null);
  const [isAskingDelete, setIsAskingDelete] = useState(false);

  const run = async (verb: BulkVerb) => {
    setPending(verb);
    const found = await runForEach(vms, verb);
    setPending(null);
    setResults({ verb, results: found });
    void queries.invalidateQueries({ queryKey: ['vmList'] });
  };
  /** Pressed if it is possible for at least one; the others answer for themselves. */
  const reasonOf = (verb: BulkVerb) => {
    if (vms.some((vm) => vm.actions[verb] === 'ok')) return undefined;
    const [first] = vms;
    return first ? verdicts(first.actions[verb]) : undefined;
  };
  return (
    <>
      {bulkVerbs.map((verb) => (
        <ActionButton
          key={verb}
          icon={actionIcons[verb]}
          className={verb === 'delete' ? 'btn-sm btn-outline-danger' : 'btn-sm'}
          reason={reasonOf(verb)}
          isPending={pending === verb}
          onClick={() => (verb === 'delete' ? setIsAskingDelete(true) : void run(verb))}
        >
          {names(verb)}
        </ActionButton>
      ))}
      {isAskingDelete && (
        <DeleteDialog vms={vms} action={() => run('delete')} onClose={() => setIsAskingDelete(false)} />
      )}
      {results && (
        <ResultsDialog
          {...results}
          onClose={() => {
            setResults(null);
            onDone();
          }}
        />
      )}
    </>
  );
}

async function runForEach(vms: readonly Vm[], verb: BulkVerb): Promise<Result[]> {
  const waiting = [...vms];
  const results = new Map<string, ApiError | null>();
  const worker = async () => {
    for (let vm = waiting.shift(); vm; vm = waiting.shift()) {
      const { id } = vm;
      await runVerb(verb, id).then(
        () => results.set(id, null),
        (error: unknown) => {
          if (!(error instanceof ApiError)) throw error;
          results.set(id, error);
        },
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return vms.map((vm) => ({ vm, error: results.get(vm.id) ?? null }));
}

function DeleteDialog({
  vms,
  action,
  onClose,
}: {
  vms: readonly Vm[];
  action: () => Promise<void>;
  onClose: () => void;
}) {
  const t = useT(vmsMessages);
  const count = vms.length;
  return (
    <ConfirmDialog
      title={t('bulkDeleteTitle', { count })}
      confirmLabel={t('bulkDelete', { count })}
      isDangerous
      action={action}
      onClose={onClose}
    >
      <p>{t('bulkDeleteText')}</p>
      <ul className="mb-0 scrolling-list">
        {vms.map((vm) => (
          <li key={vm.id}>{vm.name}</li>
        ))}
      </ul>
    </ConfirmDialog>
  );
}

function ResultsDialog({
  verb,
  results,
  onClose,
}: {
  verb: BulkVerb;
  results: readonly Result[];
  onClose: () => void;
}) {
  const t = useT(vmsMessages);
  const ui = useT(uiMessages);
  const names = useT(actionMessages);
  const errorText = useErrorText();
  return (
    <Modal title={`${names(verb)} · ${t('bulkResults')}`} onClose={onClose}>
      <div className="modal-body">
        <ul className="results">
          {results.map(({ vm, error }) => (
            <li key={vm.id}>
              {error ? (
                <IconAlertTriangle size={18} className="text-danger" aria-hidden="true" />
              ) : (
                <IconCheck size={18} className="text-success" aria-hidden="true" />
              )}
              <span>
                <strong>{vm.name}</strong>
                <span className="d-block small text-secondary">
                  {error ? errorText(error) : t('bulkAccepted')}
                </span>
              </span>
            </li>
          ))}
        </ul>
      </div>
      <div className="modal-footer">
        <button type="button" className="btn btn-primary" onClick={onClose} data-first-focus>
          {ui('close')}
        </button>
      </div>
    </Modal>
  );
}
