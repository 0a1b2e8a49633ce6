/** From "these VMs" to what came of it: they are read, asked about, asked one by one, and told about. */
import type { ApiError, Vm } from '@loucloud/api';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import type { List } from '../../app/list.ts';
import type { Selection } from '../../app/selection.ts';
import { Modal } from '../../ui/Modal.tsx';
import { ProblemAlert } from '../../ui/Problem.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { BulkResults } from './BulkResults.tsx';
import { type BulkResult, type BulkVerb, runForEach } from './bulk-run.ts';
import { bulkMessages } from './bulk.messages.ts';

/** What cannot be taken back, or not easily, is asked about; so is whatever is done to more than is in sight. */
const isAskedAbout = (verb: BulkVerb): boolean =>
  verb === 'powerOff' || verb === 'delete' || verb === 'purge' || verb === 'undelete';
const isDangerous = (verb: BulkVerb): boolean => verb === 'powerOff' || verb === 'delete' || verb === 'purge';
/** As many names as somebody reads. */
const NAMES_MOST = 100;

type Stage =
  | { readonly at: 'reading' }
  | { readonly at: 'asking'; readonly vms: readonly Vm[] }
  | { readonly at: 'running'; readonly vms: readonly Vm[] }
  | { readonly at: 'done'; readonly results: readonly BulkResult[] };

interface BulkDialogProps {
  readonly verb: BulkVerb;
  readonly list: List<Vm>;
  readonly selection: Selection<Vm>;
  /** `hasRun`: at least one VM was asked. */
  readonly onClose: (hasRun: boolean) => void;
}

export function BulkDialog({ verb, list, selection, onClose }: BulkDialogProps) {
  const t = useT(bulkMessages);
  const queries = useQueryClient();
  const [stop] = useState(() => new AbortController());
  const [count, setCount] = useState(0);
  const [error, setError] = useState<ApiError | null>(null);
  const [stage, setStage] = useState<Stage>(() => firstStage(verb, selection));
  const total = stage.at === 'reading' ? selection.count : 'vms' in stage ? stage.vms.length : 0;

  const work = async () => {
    if (stage.at === 'reading') {
      const vms = await list.readAll(setCount, stop.signal);
      if (!stop.signal.aborted) setStage({ at: 'asking', vms });
    } else if (stage.at === 'running') {
      const results = await runForEach({ verb, vms: stage.vms, onAnswer: setCount, signal: stop.signal });
      setStage({ at: 'done', results });
      void queries.invalidateQueries({ queryKey: ['vmList'] });
    }
  };
  const begun = useRef<Stage['at'] | null>(null);
  useEffect(() => {
    if (begun.current === stage.at) return;
    begun.current = stage.at;
    setCount(0);
    work().catch(setError);
    // Each stage is worked at once, when it is entered.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [stage.at]);
  const close = () => {
    stop.abort();
    onClose(stage.at === 'done');
  };

  if (stage.at === 'asking')
    return (
      <Asking
        verb={verb}
        vms={stage.vms}
        onClose={close}
        onConfirm={() => setStage({ ...stage, at: 'running' })}
      />
    );
  if (stage.at === 'done')
    return (
      <Told title={t('results')} onClose={close}>
        <BulkResults results={stage.results} />
      </Told>
    );
  const label = t(stage.at === 'reading' ? 'reading' : 'asked', { count, total });
  return (
    <Modal title={t(verb, { count: total })}>
      <div className="modal-body" aria-live="polite">
        <ProblemAlert error={error} />
        <p className="tabular">{label}</p>
        <ProgressBar value={total === 0 ? null : count / total} label={label} isBad={error !== null} />
        {stage.at === 'running' && <p className="text-secondary small mt-3 mb-0">{t('stopHint')}</p>}
      </div>
      <div className="modal-footer">
        <button
          type="button"
          className="btn"
          data-first-focus
          // What was asked has an answer, which is told: stopping ends the asking.
          onClick={() => (stage.at === 'running' && !error ? stop.abort() : close())}
        >
          {t('stop')}
        </button>
      </div>
    </Modal>
  );
}

function firstStage(verb: BulkVerb, { isEverything, rows }: Selection<Vm>): Stage {
  if (isEverything) return { at: 'reading' };
  return { at: isAskedAbout(verb) ? 'asking' : 'running', vms: rows };
}

interface AskingProps {
  readonly verb: BulkVerb;
  readonly vms: readonly Vm[];
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

function Asking({ verb, vms, onConfirm, onClose }: AskingProps) {
  const t = useT(bulkMessages);
  const ui = useT(uiMessages);
  const format = useFormat();
  const what = t(verb, { count: vms.length });
  const isBad = isDangerous(verb);
  const left = vms.length - NAMES_MOST;
  const size = format.bytes(vms.reduce((sum, { diskBytes }) => sum + diskBytes, 0));
  const text = verb === 'purge' ? t('purgeText', { size }) : t(`${verb}Text`);
  return (
    <Modal title={t('ask', { what })} onClose={onClose} {...(isBad && { tone: 'danger' as const })}>
      <div className="modal-body">
        <p>{vms.length === 0 ? t('none') : text}</p>
        <ul className="mb-0 scrolling-list">
          {vms.slice(0, NAMES_MOST).map(({ id, name }) => (
            <li key={id}>{name}</li>
          ))}
          {left > 0 && <li className="text-secondary">{t('more', { count: left })}</li>}
        </ul>
      </div>
      <div className="modal-footer">
        <button type="button" className="btn me-auto" onClick={onClose} data-first-focus={isBad || undefined}>
          {ui('cancel')}
        </button>
        {vms.length > 0 && (
          <button
            type="button"
            className={`btn ${isBad ? 'btn-danger' : 'btn-primary'}`}
            onClick={onConfirm}
            data-first-focus={!isBad || undefined}
          >
            {what}
          </button>
        )}
      </div>
    </Modal>
  );
}

function Told({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const ui = useT(uiMessages);
  return (
    <Modal title={title} onClose={onClose}>
      <div className="modal-body">{children}</div>
      <div className="modal-footer">
        <button type="button" className="btn btn-primary" onClick={onClose} data-first-focus>
          {ui('close')}
        </button>
      </div>
    </Modal>
  );
}
