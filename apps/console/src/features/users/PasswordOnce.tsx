/** What was set just now, to be handed over: nobody can see it again. */
import { useT } from '../../app/language.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { usersMessages } from './users.messages.ts';

interface PasswordOnceProps {
  readonly name: string;
  readonly password: string;
  readonly onClose: () => void;
}

export function PasswordOnce({ name, password, onClose }: PasswordOnceProps) {
  const t = useT(usersMessages);
  const ui = useT(uiMessages);
  return (
    <>
      <div className="modal-body">
        <p>{t('passwordOnce', { name })}</p>
        <dl className="datagrid m-0">
          <Line label={t('name')} value={name} />
          <Line label={t('password')} value={password} />
        </dl>
      </div>
      <div className="modal-footer">
        <CopyButton className="btn me-auto" text={`${name}\n${password}`} label={t('copyBoth')} />
        <button type="button" className="btn btn-primary" onClick={onClose}>
          {ui('close')}
        </button>
      </div>
    </>
  );
}

function Line({ label, value }: { label: string; value: string }) {
  return (
    <div className="datagrid-item">
      <dt className="datagrid-title">{label}</dt>
      <dd className="datagrid-content m-0">
        <code className="user-select-all fs-3">{value}</code> <CopyButton text={value} />
      </dd>
    </div>
  );
}
