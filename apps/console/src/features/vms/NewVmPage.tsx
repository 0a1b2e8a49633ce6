import type { Template, User } from '@loucloud/api';
import { IconTemplate } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { query } from '../../app/api.ts';
import { useForm } from '../../app/form.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { roomFor } from '../../app/pool-room.ts';
import { useIsAdmin, useMe } from '../../app/session.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Page } from '../../ui/Page.tsx';
import { PageSkeleton } from '../../ui/PageSkeleton.tsx';
import { PageProblem, ProblemAlert } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { UserSelect, userLabel } from '../../ui/UserSelect.tsx';
import { Field, SubmitButton, SwitchField, TextAreaField, TextField } from '../../ui/fields.tsx';
import { DemandCard, useRefusal } from './DemandCard.tsx';
import { TemplateCards } from './TemplateCards.tsx';
import { demandOf, namesOf } from './demand.ts';
import { newVmMessages, vmsMessages } from './vms.messages.ts';

/** Shown in the hint as it is typed; braces would be a slot of the message. */
const RANGE = '{1..5}';

export function NewVmPage() {
  const t = useT(newVmMessages);
  const vms = useT(vmsMessages);
  const me = useMe();
  const isAdmin = me.user.role === 'admin';
  const templates = useQuery(query('templateList', { query: { limit: 200, sort: 'name' } }));
  const back = isAdmin ? { to: '/vms', label: vms('back') } : { to: '/machines', label: vms('backMine') };
  return (
    <Page help="newVm" title={t('title')} back={back}>
      {templates.error && !templates.data && (
        <PageProblem error={templates.error} onRetry={() => void templates.refetch()} />
      )}
      {templates.isPending && (
        <PageSkeleton
          columns={[
            ['col-lg-8', 40],
            ['col-lg-4', 23],
          ]}
        />
      )}
      {templates.data?.items.length === 0 && (
        <div className="card">
          <EmptyState
            icon={IconTemplate}
            title={t('noTemplates')}
            hint={isAdmin ? t('noTemplatesAdmin') : t('noTemplatesMember')}
            action={
              isAdmin && (
                <Link to="/templates" className="btn btn-primary">
                  {t('makeTemplate')}
                </Link>
              )
            }
          />
        </div>
      )}
      {templates.data && templates.data.items.length > 0 && (
        <NewVmForm templates={templates.data.items} me={me.user} />
      )}
    </Page>
  );
}

function NewVmForm({ templates, me }: { templates: readonly Template[]; me: User }) {
  const t = useT(newVmMessages);
  const toast = useToast();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const asked = templates.find(({ id }) => id === params.get('template'));
  const only = templates.length === 1 ? templates[0] : undefined;
  const form = useForm('vmCreate', {
    initial: {
      name: '',
      templateId: (asked ?? only)?.id ?? '',
      description: '',
      ownerId: me.id,
      start: true,
    },
    request: ({ ownerId, description, ...body }) => ({
      body: {
        ...body,
        ...(description === '' ? {} : { description }),
        ...(ownerId === me.id ? {} : { ownerId }),
      },
    }),
    onDone: async ({ items }) => {
      const [first] = items;
      if (!first) return;
      toast.success(
        items.length === 1
          ? t('createdOne', { name: first.name })
          : t('createdMany', { count: items.length }),
      );
      await navigate(items.length === 1 ? `/vms/${first.vmId}` : '/');
    },
  });
  const { values } = form;
  const owner = useOwner(values.ownerId, me);
  const template = templates.find(({ id }) => id === values.templateId);
  const names = namesOf(values.name);
  const count = names?.length ?? 1;
  const demand = demandOf(template, count, values.start);
  const refusal = useRefusal(owner, demand);
  const room = usePoolRoom(template, values.start);
  return (
    <form {...form.props}>
      <div className="row row-cards">
        <div className="col-lg-8">
          <div className="card">
            <div className="card-body">
              <ProblemAlert error={form.error} />
              <TemplateCards templates={templates} field={form.field('templateId')} />
              <TextField
                field={{
                  ...form.field('name'),
                  error: names === null ? t('badPattern', { range: RANGE }) : form.field('name').error,
                }}
                label={t('name')}
                hint={<NameHint names={names} />}
                isRequired
                autoFocus
              />
              {me.role === 'admin' && (
                <OwnerField owner={owner} me={me} onChange={(ownerId) => form.set({ ownerId })} />
              )}
              <TextAreaField field={form.field('description')} label={t('description')} rows={2} />
              <SwitchField field={form.field('start')} label={t('start')} />
            </div>
            <div className="card-footer d-flex flex-wrap align-items-center justify-content-end gap-3">
              <p className="m-0 me-auto text-danger" role="status">
                {refusal ?? (room !== null && room < count && t('poolRoom', { room }))}
              </p>
              <SubmitButton isPending={form.isPending} {...(refusal === null ? {} : { reason: refusal })}>
                {count > 1 ? t('createMany', { count }) : t('create')}
              </SubmitButton>
            </div>
          </div>
        </div>
        <div className="col-lg-4">
          <DemandCard owner={owner} isMe={values.ownerId === me.id} demand={demand} />
        </div>
      </div>
    </form>
  );
}

function NameHint({ names }: { names: string[] | null }) {
  const t = useT(newVmMessages);
  const format = useFormat();
  const [first = '', second = ''] = names ?? [];
  const count = names?.length ?? 0;
  if (count < 2) return t('nameHint', { range: RANGE });
  if (count <= 5) return t('names', { count, names: format.list(names ?? []) });
  return t('namesMore', { count, first, second, last: names?.at(-1) ?? '' });
}

function OwnerField({ owner, me, onChange }: { owner: User; me: User; onChange: (ownerId: string) => void }) {
  const t = useT(newVmMessages);
  const isMe = owner.id === me.id;
  return (
    <Field name="ownerId" error={undefined} label={t('owner')}>
      {({ id }) => (
        <UserSelect
          id={id}
          label={t('owner')}
          placeholder={t('me', { name: me.name })}
          except={[me.id]}
          value={isMe ? null : { value: owner.id, label: userLabel(owner) }}
          onChange={(user) => onChange(user?.value ?? me.id)}
        />
      )}
    </Field>
  );
}

/** How many of these the servers have room for now; null: not known, or not for this reader. */
function usePoolRoom(template: Template | undefined, areRunning: boolean): number | null {
  const isAdmin = useIsAdmin();
  const hosts = useQuery({ ...query('hostList', { query: { limit: 200, sort: 'name' } }), enabled: isAdmin });
  return hosts.data && template ? roomFor(hosts.data.items, template, areRunning) : null;
}

/** The owner whose quota counts; the previous one's meters stay until the new one is there. */
function useOwner(ownerId: string, me: User): User {
  const [last, setLast] = useState(me);
  const isMe = ownerId === me.id;
  const { data } = useQuery({ ...query('userGet', { params: { userId: ownerId } }), enabled: !isMe });
  const owner = isMe ? me : data;
  if (owner && owner !== last) setLast(owner);
  return owner ?? last;
}
