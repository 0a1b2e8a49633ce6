/** Before anything secret is sent: the key that the server shows, for the admin to say whether it is the server's. */
import type { HostCheck } from '@loucloud/api';
import { useT } from '../../app/language.tsx';
import { KeyComparison, KeyFacts } from './KeyFacts.tsx';
import { hostAccessMessages } from './host-access.messages.ts';

/** What a check of the key that ended the others is about. */
export function askedKey(checks: readonly HostCheck[]): HostCheck | null {
  return checks.find(({ code }) => code === 'host_key_unconfirmed' || code === 'host_key_changed') ?? null;
}

interface KeyQuestionProps {
  readonly check: HostCheck;
  readonly onConfirm: (fingerprint: string) => void;
}

export function KeyQuestion({ check: { code, details }, onConfirm }: KeyQuestionProps) {
  const t = useT(hostAccessMessages);
  const fingerprint = String(details['fingerprint'] ?? '');
  const type = String(details['type'] ?? '');
  const isOther = code === 'host_key_changed';
  const before = { label: t('keyBefore'), fingerprint: String(details['expected'] ?? ''), type: '' };
  return (
    <section className={`key-question ${isOther ? 'is-other' : ''}`} aria-labelledby="key-question">
      <h3 className="h4 m-0" id="key-question">
        {t('isThisTheServer')}
      </h3>
      <p className="m-0">{isOther ? t('keyOther') : t('keyShown')}</p>
      <KeyFacts
        keys={[
          ...(isOther ? [before] : []),
          { label: isOther ? t('keyNow') : t('fingerprint'), fingerprint, type },
        ]}
      />
      <KeyComparison />
      <div>
        <button
          type="button"
          className={`btn ${isOther ? 'btn-danger' : 'btn-primary'}`}
          onClick={() => onConfirm(fingerprint)}
        >
          {t('confirmKey')}
        </button>
      </div>
    </section>
  );
}
