/** The file is looked at by the server after the request: what it is refused for comes back to the field. */
import type { ImageFormat } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { query } from '../../app/api.ts';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { OperationFailed, operationEnd } from '../../app/operation-follow.ts';
import { Modal } from '../../ui/Modal.tsx';
import { ProblemAlert } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { SelectField, SubmitButton, TextAreaField, TextField } from '../../ui/fields.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { PathField } from './PathField.tsx';
import { imagesMessages } from './images.messages.ts';

const initial = { name: '', path: '', hostId: '', description: '', format: '' as ImageFormat | '' };

export function RegisterImageDialog({ onClose }: { onClose: () => void }) {
  const t = useT(imagesMessages);
  const ui = useT(uiMessages);
  const toast = useToast();
  const navigate = useNavigate();
  const { data: hosts } = useQuery(query('hostList', { query: { limit: 200, sort: 'name' } }));
  const form = useForm('imageRegister', {
    initial,
    request: ({ name, path, hostId, description, format }) => ({
      body: {
        name,
        path,
        description,
        ...hostOf(hostId, hosts?.items),
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
  const hostId = hostOf(form.values.hostId, hosts?.items).hostId ?? only?.id;
  const pathField = {
    ...form.field('path'),
    set: (path: string) => form.set({ path, ...nameAfter(path, form.values) }),
  };
  const hint = form.error instanceof OperationFailed ? form.error.operation.error?.hint : undefined;
  return (
    <Modal title={t('registerTitle')} onClose={onClose} isSticky={form.isChanged}>
      <form {...form.props}>
        <div className="modal-body">
          <p className="text-secondary">{t('registerIntro')}</p>
          <ProblemAlert error={form.error}>
            {hint && <div className="small mt-1 text-break">{t('serverSays', { hint })}</div>}
          </ProblemAlert>
          <TextField field={form.field('name')} label={t('name')} hint={t('nameHint')} isRequired autoFocus />
          {hosts && hosts.items.length > 1 && (
            <SelectField
              field={{ ...form.field('hostId'), value: form.values.hostId || (hosts.items[0]?.id ?? '') }}
              label={t('host')}
              options={hosts.items.map(({ id, name }) => ({ value: id, label: name }))}
            />
          )}
          <PathField
            field={pathField}
            hostId={hostId ?? null}
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
        </div>
        <div className="modal-footer">
          <button type="button" className="btn" onClick={onClose}>
            {ui('cancel')}
          </button>
          <span className="me-auto small text-secondary" role="status">
            {form.isPending && t('looking')}
          </span>
          <SubmitButton isPending={form.isPending}>{t('register')}</SubmitButton>
        </div>
      </form>
    </Modal>
  );
}

/** With several servers the first is chosen until another is. */
function hostOf(chosen: string, hosts: readonly { id: string }[] = []): { hostId?: string } {
  const hostId = chosen || (hosts.length > 1 ? hosts[0]?.id : undefined);
  return hostId === undefined ? {} : { hostId };
}

/** As the file, until somebody gives another name. */
function nameAfter(path: string, before: { name: string; path: string }): { name?: string } {
  const isOwn = before.name !== '' && before.name !== nameOf(before.path);
  return isOwn ? {} : { name: nameOf(path) };
}

const nameOf = (path: string): string =>
  (/\/([^/]+)$/.exec(path)?.[1] ?? '').replace(/\.(?:qcow2|raw|img|iso)$/, '').slice(0, 63);
