/** What a new installation still lacks before people can create VMs, in the order that works. */
import type { Overview } from '@loucloud/api';
import { IconCircleCheck } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useT } from '../../app/language.tsx';
import { OPENS } from '../../app/opens.ts';
import './overview.css';
import { overviewMessages } from './overview.messages.ts';

type Counts = Pick<Overview, 'hosts' | 'imageCount' | 'templateCount' | 'userCount' | 'vmsByState'>;

const steps = [
  { key: 'stepHost', to: '/hosts/new', isDone: ({ hosts }: Counts) => hosts.length > 0 },
  { key: 'stepImage', to: '/images', opens: true, isDone: ({ imageCount }: Counts) => imageCount > 0 },
  { key: 'stepTemplate', to: '/templates/new', isDone: ({ templateCount }: Counts) => templateCount > 0 },
  // The admin is one of the users.
  { key: 'stepUser', to: '/users', opens: true, isDone: ({ userCount }: Counts) => userCount > 1 },
  {
    key: 'stepVm',
    to: '/vms/new',
    isDone: ({ vmsByState }: Counts) => Object.values(vmsByState).some((count) => count > 0),
  },
] as const;

/** A template rests on an image, an image on a server; users need nothing. */
const needed = {
  stepHost: null,
  stepImage: 'stepHost',
  stepTemplate: 'stepImage',
  stepUser: null,
  stepVm: 'stepTemplate',
} as const;

export const areFirstStepsDone = (counts: Counts): boolean => steps.every(({ isDone }) => isDone(counts));

export function FirstSteps({ overview }: { overview: Counts }) {
  const t = useT(overviewMessages);
  const done = new Set(steps.filter(({ isDone }) => isDone(overview)).map(({ key }) => key));
  const current = steps.find(({ key }) => !done.has(key))?.key;
  return (
    <section className="card">
      <div className="card-header">
        <div>
          <h2 className="card-title">{t('firstSteps')}</h2>
          <p className="card-subtitle m-0">{t('firstStepsHint')}</p>
        </div>
      </div>
      <ol className="first-steps">
        {steps.map(({ key, to, ...step }, index) => {
          const isDone = done.has(key);
          const before = needed[key];
          const isTooEarly = before !== null && !done.has(before);
          return (
            <li key={key} className={isDone ? 'first-step is-done' : 'first-step'}>
              {isDone ? (
                <IconCircleCheck size={28} className="text-success" role="img" aria-label={t('done')} />
              ) : (
                <span className="first-step-number" aria-hidden="true">
                  {index + 1}
                </span>
              )}
              <div className="flex-fill">
                <strong>{t(key)}</strong>
                <div className="text-secondary">{t(`${key}Hint`)}</div>
              </div>
              {!isDone && !isTooEarly && (
                <Link
                  to={to}
                  state={'opens' in step ? OPENS : null}
                  className={key === current ? 'btn btn-primary' : 'btn'}
                >
                  {t(`${key}Action`)}
                </Link>
              )}
              {isTooEarly && before !== null && (
                <span className="text-secondary small">{t('stepFirst', { step: t(before) })}</span>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
