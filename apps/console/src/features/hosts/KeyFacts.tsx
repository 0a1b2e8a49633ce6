/** An SSH key as a person compares it, and the command that says the same on the server itself. */
import { fixCommand } from '@loucloud/api';
import { useT } from '../../app/language.tsx';
import { Command } from '../../ui/Command.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import './host-access.css';
import { hostAccessMessages } from './host-access.messages.ts';

export interface ShownKey {
  readonly label: string;
  readonly fingerprint: string;
  /** '' where it is not known. */
  readonly type: string;
}

export function KeyFacts({ keys }: { keys: readonly ShownKey[] }) {
  const t = useT(hostAccessMessages);
  return (
    <dl className="key-facts">
      {keys.map(({ label, fingerprint, type }) => (
        <div key={label}>
          <dt>{type === '' ? label : t('keyOfType', { label, type })}</dt>
          <dd>
            <code>{fingerprint}</code> <CopyButton text={fingerprint} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function KeyComparison() {
  const t = useT(hostAccessMessages);
  const command = fixCommand('host_key_unconfirmed', 'ssh', {});
  if (command === null) return null;
  return (
    <div className="d-grid gap-1">
      <div>{t('compare')}</div>
      <Command text={command} />
    </div>
  );
}
