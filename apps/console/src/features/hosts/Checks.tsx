/** What the checks of a server found, each with how to put it right; while they run, which is under way. */
import { type CheckName, type HostCheck, checkNames } from '@loucloud/api';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconLoader2,
} from '@tabler/icons-react';
import { useT } from '../../app/language.tsx';
import { checkFixMessages, checkMessages } from '../../words/checks.messages.ts';
import { checkNameMessages, checkOutcomeMessages } from '../../words/hosts.messages.ts';
import { useCheckFacts } from './check-facts.ts';
import './checks.css';
import { hostsMessages } from './hosts.messages.ts';

const icons = {
  ok: IconCircleCheck,
  warning: IconAlertTriangle,
  failed: IconCircleX,
  not_run: IconCircleDashed,
} as const;
const colours = {
  ok: 'text-success',
  warning: 'text-warning',
  failed: 'text-danger',
  not_run: 'text-secondary',
} as const;

interface ChecksProps {
  readonly checks: readonly HostCheck[];
  readonly isRunning?: boolean;
}

export function Checks({ checks, isRunning = false }: ChecksProps) {
  const found = new Map(checks.map((check) => [check.name, check]));
  const names = isRunning ? checkNames : checks.map(({ name }) => name);
  const current = names.find((name) => !found.has(name));
  return (
    <ol className="checks" aria-live="polite">
      {names.map((name) => {
        const check = found.get(name);
        return check ? (
          <FoundCheck key={name} check={check} />
        ) : (
          <AwaitedCheck key={name} name={name} isCurrent={name === current} />
        );
      })}
    </ol>
  );
}

function FoundCheck({ check }: { check: HostCheck }) {
  const { name, outcome, code } = check;
  const t = useT(hostsMessages);
  const names = useT(checkNameMessages);
  const outcomes = useT(checkOutcomeMessages);
  const sentences = useT(checkMessages);
  const fixes = useT(checkFixMessages);
  const Icon = icons[outcome];
  const facts = useCheckFacts()(check);
  const fix = outcome === 'ok' ? '' : fixes(code);
  return (
    <li className="check">
      <Icon size={20} className={colours[outcome]} role="img" aria-label={outcomes(outcome)} />
      <div>
        <strong>{names(name)}</strong>
        <div>{sentences(code)}</div>
        {facts && <CheckFacts facts={facts} />}
        {fix && (
          <div className="check-fix">
            <strong>{t('howToFix')}</strong> {fix}
          </div>
        )}
      </div>
    </li>
  );
}

const SHORT = 120;

/** QEMU's last words can be long; they are for who wants to look into it. */
function CheckFacts({ facts }: { facts: string }) {
  const t = useT(hostsMessages);
  if (facts.length <= SHORT) return <div className="text-secondary small text-break">{facts}</div>;
  return (
    <details className="small">
      <summary className="text-secondary">{t('serverSays')}</summary>
      <div className="text-secondary text-break">{facts}</div>
    </details>
  );
}

function AwaitedCheck({ name, isCurrent }: { name: CheckName; isCurrent: boolean }) {
  const t = useT(hostsMessages);
  const names = useT(checkNameMessages);
  const Icon = isCurrent ? IconLoader2 : IconCircleDashed;
  return (
    <li className="check">
      <Icon size={20} className={isCurrent ? 'text-primary spinning' : 'text-secondary'} aria-hidden="true" />
      <div>
        <strong className={isCurrent ? '' : 'text-secondary'}>{names(name)}</strong>
        <div className="text-secondary">{isCurrent ? t('running') : t('waiting')}</div>
      </div>
    </li>
  );
}
