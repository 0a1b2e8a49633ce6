/** Servers that a machine can go to, one of them chosen, and why it cannot go to the others. */
import type { MigrationTarget } from '@loucloud/api';
import { readableDetails } from '../../app/error-sentence.ts';
import { useFormat } from '../../app/format.ts';
import { fillSlots } from '../../app/i18n.ts';
import { useLanguage, useT } from '../../app/language.tsx';
import { refusalMessages } from '../../words/placement.messages.ts';
import { vmsMessages } from './vms.messages.ts';

interface TargetsProps {
  readonly targets: readonly MigrationTarget[];
  readonly chosen: string | null;
  readonly onChoose: (hostId: string) => void;
  /** Nothing is copied, so that where the image is does not matter. */
  readonly hasNoCopy?: boolean;
}

export function Targets({ targets, chosen, onChoose, hasNoCopy = false }: TargetsProps) {
  const t = useT(vmsMessages);
  const possible = targets.filter(({ refusal }) => refusal === null);
  const others = targets.filter(({ refusal }) => refusal !== null && refusal !== 'is_here');
  return (
    <>
      {possible.length > 0 && (
        <fieldset className="mb-3">
          <legend className="form-label">{hasNoCopy ? t('elsewhereOn') : t('migrateTo')}</legend>
          <div className="form-selectgroup form-selectgroup-boxes d-flex flex-column">
            {possible.map((target) => (
              <Target
                key={target.hostId}
                target={hasNoCopy ? { ...target, hasImage: true } : target}
                isChosen={target.hostId === chosen}
                onChoose={() => onChoose(target.hostId)}
              />
            ))}
          </div>
        </fieldset>
      )}
      {others.length > 0 && (
        <>
          <div className="text-secondary small">{t('migrateNot')}</div>
          <ul className="mb-0">
            {others.map((target) => (
              <Refused key={target.hostId} target={target} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

interface TargetProps {
  readonly target: MigrationTarget;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Target({ target: { hostId, name, freeMemoryMib, hasImage }, isChosen, onChoose }: TargetProps) {
  const t = useT(vmsMessages);
  const format = useFormat();
  return (
    <label className="form-selectgroup-item flex-fill">
      <input
        type="radio"
        name="target"
        value={hostId}
        className="form-selectgroup-input"
        checked={isChosen}
        onChange={onChoose}
      />
      <span className="form-selectgroup-label d-flex align-items-center p-3 text-start">
        <span className="me-3">
          <span className="form-selectgroup-check" />
        </span>
        <span>
          <span className="d-block fw-medium text-break">{name}</span>
          <span className="d-block text-secondary small">
            {t('migrateRoom', { memory: format.mib(freeMemoryMib) })}
            {!hasImage && ` · ${t('migrateImage')}`}
          </span>
        </span>
      </span>
    </label>
  );
}

function Refused({ target: { name, refusal, details } }: { target: MigrationTarget }) {
  const t = useT(vmsMessages);
  const { language } = useLanguage();
  const texts: Readonly<Record<string, string>> =
    language === 'zh-CN' ? refusalMessages.zh : refusalMessages.en;
  const text = fillSlots(texts[refusal ?? ''] ?? '', readableDetails(details, language), language);
  return <li className="text-break">{t('migrateRefusal', { name, reason: text })}</li>;
}
