/** Where a server is: chosen and filled in, with the address that comes of it in sight; or the address alone. */
import { hostTransports } from '@loucloud/api';
import type { Form } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { ChoiceField, Field, TextField } from '../../ui/fields.tsx';
import { partsOf, usualPort } from './host-address.ts';
import { hostAccessMessages } from './host-access.messages.ts';
import './host-access.css';
import { hostsMessages } from './hosts.messages.ts';
import { type NewHostValues, missingParts, uriOf, wayOf } from './new-host-values.ts';

interface AddressFieldsProps {
  readonly form: Form<NewHostValues>;
}

export function AddressFields({ form }: AddressFieldsProps) {
  const t = useT(hostAccessMessages);
  const { values } = form;
  const way = wayOf(values);
  return (
    <>
      <ChoiceField
        field={{
          ...form.field('transport'),
          value: way,
          // An address that was typed is for one way only: its parts go over to the other.
          set: (transport) =>
            form.set(values.uri === null ? { transport } : { ...filled(values), uri: null, transport }),
        }}
        label={t('way')}
        options={hostTransports.map((value) => ({ value, label: t(value) }))}
        hint={t(`${way}Hint`)}
      />
      {values.uri === null ? <PartFields form={form} /> : <WholeAddress form={form} />}
    </>
  );
}

function PartFields({ form }: AddressFieldsProps) {
  const t = useT(hostAccessMessages);
  const { transport } = form.values;
  if (transport === 'local') return <BuiltAddress form={form} />;
  return (
    <>
      <div className="row gx-3">
        <div className={transport === 'ssh' ? 'col-sm-6' : 'col-8 col-sm-9'}>
          <TextField field={form.field('hostname')} label={t('hostname')} isRequired isCode />
        </div>
        {transport === 'ssh' && (
          <div className="col-8 col-sm-3">
            <TextField field={form.field('username')} label={t('username')} isRequired isCode />
          </div>
        )}
        <div className="col-4 col-sm-3">
          <TextField field={form.field('port')} label={t('port')} placeholder={usualPort[transport]} isCode />
        </div>
      </div>
      <BuiltAddress form={form} />
    </>
  );
}

/** What is wrong with an address is said where it stands. */
function BuiltAddress({ form }: AddressFieldsProps) {
  const t = useT(hostAccessMessages);
  const hosts = useT(hostsMessages);
  const { error } = form.field('uri');
  const uri = uriOf(form.values);
  const isWhole = Object.keys(missingParts(form.values)).length === 0;
  return (
    <div className="mb-3">
      <div className="built-address">
        <span>
          <span className="text-secondary">{hosts('uri')}</span> <code>{isWhole ? uri : '…'}</code>{' '}
          {isWhole && <CopyButton text={uri} />}
        </span>
        <button type="button" className="btn btn-link btn-sm p-0" onClick={() => form.set({ uri })}>
          {t('enterAddress')}
        </button>
      </div>
      {error !== undefined && (
        <div className="field-error" role="alert">
          {error}
        </div>
      )}
    </div>
  );
}

function WholeAddress({ form }: AddressFieldsProps) {
  const t = useT(hostAccessMessages);
  const hosts = useT(hostsMessages);
  const { value, set, error } = form.field('uri');
  return (
    <>
      <Field name="uri" label={hosts('uri')} hint={t('addressHint')} error={error} isRequired>
        {(parts, invalid) => (
          <input
            {...parts}
            type="text"
            className={`form-control font-monospace ${invalid}`}
            value={value ?? ''}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => set(event.target.value)}
          />
        )}
      </Field>
      <button
        type="button"
        className="btn btn-link btn-sm p-0 mt-n2 mb-3"
        onClick={() => form.set({ ...filled(form.values), uri: null })}
      >
        {t('enterParts')}
      </button>
    </>
  );
}

/** What the address says stands in the fields; what it does not say stays. */
function filled(values: NewHostValues): Partial<NewHostValues> {
  const { transport, hostname, port, username } = partsOf(values.uri ?? '');
  return {
    transport,
    hostname: hostname || values.hostname,
    port,
    username: username || values.username,
  };
}
