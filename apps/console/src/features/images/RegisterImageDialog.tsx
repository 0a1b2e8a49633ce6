/** The file is looked at by the server after the request: what it is refused for comes back to the field. */
import type { ImageFormat } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { query } from '../../app/api.ts';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { OperationFailed, operationEnd } from '../../app/operation-follow.ts';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { SelectField, TextAreaField, TextField } from '../../ui/fields.tsx';
import { healthMessages } from '../../words/hosts.messages.ts';
import { PathField } from './PathField.tsx';
import { imagesMessages } from './images.messages.ts';
import { preferredHostId } from './preferred-host.ts';

const initial = { name: '', path: '', hostId: '', description: '', format: '' as ImageFormat | '' };

export function RegisterImageDialog({ onClose }: { onClose: () => void }) {
  const t = useT(imagesMessages);
  const health = useT(healthMessages);
  const toast = useToast();
  const navigate = useNavigate();
  const { data: hosts } = useQuery(query('hostList', { query: { limit: 200, sort: 'name' } }));
  // It stays, whatever becomes of the servers while somebody types.
  const [byDefault, setByDefault] = useState('');
  if (byDefault === '' && hosts && hosts.items.length > 0) setByDefault(preferredHostId(hosts.items));
  const form = useForm('imageRegister', {
    initial,
    request: ({ name, path, hostId: chosen, description, format }) => ({
      body: {
        name,
        path,
        description,
        ...hostOf(chosen || byDefault),
        ...(format === '' ? {} : { format }),
      },
    }),
    onDone: async ({ operationId }, { name }) => {
      const { objectId } = await operationEnd(operationId);
      toast.success(t('registered', { name }));
      onClose();
      await navigate(`/images/${objectId}`);
    },
  });
  const only = hosts?.items.length === 1 ? hosts.items[0] : undefined;
  const hostId = form.values.hostId || byDefault;
  const pathField = {
    ...form.field('path'),
    set: (path: string) => form.set({ path, ...nameAfter(path, form.values) }),
  };
  const hint = form.error instanceof OperationFailed ? form.error.operation.error?.hint : undefined;
  return (
    <FormDialog
      title={t('registerTitle')}
      form={form}
      submitLabel={t('register')}
      problemDetail={hint && <div className="small mt-1 text-break">{t('serverSays', { hint })}</div>}
      pendingText={t('looking')}
      onClose={onClose}
    >
      <p className="text-secondary">{t('registerIntro')}</p>
      <TextField field={form.field('name')} label={t('name')} hint={t('nameHint')} isRequired autoFocus />
      {hosts && hosts.items.length > 1 && (
        <SelectField
          field={{ ...form.field('hostId'), value: hostId }}
          label={t('host')}
          options={hosts.items.map((host) => ({
            value: host.id,
            label: host.health === 'healthy' ? host.name : `${host.name} · ${health(host.health)}`,
          }))}
        />
      )}
      <PathField
        field={pathField}
        hostId={hostId === '' ? null : hostId}
        hint={only ? `${t('pathHint')} ${t('hostIs', { host: only.name })}` : t('pathHint')}
      />
      <SelectField
        field={form.field('format')}
        label={t('format')}
        hint={t('formatHint')}
        options={[
          { value: '', label: t('anyFormat') },
          { value: 'qcow2', label: 'qcow2' },
          { value: 'raw', label: 'raw' },
          { value: 'iso', label: 'iso' },
        ]}
      />
      <TextAreaField
        field={form.field('description')}
        label={t('description')}
        placeholder={t('optional')}
        rows={2}
      />
    </FormDialog>
  );
}

const hostOf = (hostId: string): { hostId?: string } => (hostId === '' ? {} : { hostId });

/** As the file, until somebody gives another name. */
function nameAfter(path: string, before: { name: string; path: string }): { name?: string } {
  const isOwn = before.name !== '' && before.name !== nameOf(before.path);
  return isOwn ? {} : { name: nameOf(path) };
}

const nameOf = (path: string): string =>
  (/\/([^/]+)$/.exec(path)?.[1] ?? '').replace(/\.(?:qcow2|raw|img|iso)$/, '').slice(0, 63);
