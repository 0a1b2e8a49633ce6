/** What the checks of a server found, each with how to put it right; while they run, which is under way. */
import { type CheckName, type HostCheck, type HostTransport, checksOver, fixCommand } from '@loucloud/api';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconLoader2,
} from '@tabler/icons-react';
import { useT } from '../../app/language.tsx';
import { Command } from '../../ui/Command.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
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
  /** Which checks there are, and what helps, depends on it. */
  readonly transport: HostTransport;
  readonly isRunning?: boolean;
}

/** Where a page says more of it. */
export const checkId = (name: CheckName): string => `check-${name}`;

export function Checks({ checks, transport, isRunning = false }: ChecksProps) {
  const found = new Map(checks.map((check) => [check.name, check]));
  const names = isRunning ? checksOver[transport] : checks.map(({ name }) => name);
  const current = names.find((name) => !found.has(name));
  return (
    <ol className="checks" aria-live="polite">
      {names.map((name) => {
        const check = found.get(name);
        return check ? (
          <FoundCheck key={name} check={check} transport={transport} />
        ) : (
          <AwaitedCheck key={name} name={name} isCurrent={name === current} />
        );
      })}
    </ol>
  );
}

function FoundCheck({ check, transport }: { check: HostCheck; transport: HostTransport }) {
  const { name, outcome, code } = check;
  const names = useT(checkNameMessages);
  const outcomes = useT(checkOutcomeMessages);
  const sentences = useT(checkMessages);
  const Icon = icons[outcome];
  // A key that nobody has confirmed is asked about, not repaired.
  const isToBeFixed = outcome !== 'ok' && code !== 'host_key_unconfirmed';
  const tone = outcome === 'not_run' ? 'text-secondary' : '';
  const facts = useCheckFacts()(check);
  return (
    <li className="check" id={checkId(name)}>
      <Icon size={20} className={colours[outcome]} role="img" aria-label={outcomes(outcome)} />
      <div>
        <strong className={tone}>{names(name)}</strong>
        <div className={tone}>{sentences(code)}</div>
        {facts && <CheckFacts facts={facts} />}
        {isToBeFixed && <Fix check={check} transport={transport} />}
      </div>
    </li>
  );
}

interface FixProps {
  readonly check: Pick<HostCheck, 'code' | 'details'>;
  readonly transport: HostTransport;
}

/** How to put it right, with the command that helps, where there is something to do. */
export function Fix({ check: { code, details }, transport }: FixProps) {
  const t = useT(hostsMessages);
  const ui = useT(uiMessages);
  const fix = useT(checkFixMessages)(code);
  const command = fixCommand(code, transport, details);
  if (fix === '') return null;
  return (
    <div className="check-fix">
      <div>
        <strong>{t('howToFix')}</strong>
        {ui('betweenSentences')}
        {command === null ? sentence(fix) : fix}
      </div>
      {command !== null && <Command text={command} />}
    </div>
  );
}

/** It was to lead to a command, which what is known of the server does not fill. */
const sentence = (text: string): string => text.replace(/:$/, '.').replace(/：$/, '。');

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
