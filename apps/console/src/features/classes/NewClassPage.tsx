import type { Class, NewClassUser } from '@loucloud/api';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { Page } from '../../ui/Page.tsx';
import { ProblemAlert } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { SubmitButton } from '../../ui/fields.tsx';
import { ClassFields, type ClassValues } from './ClassFields.tsx';
import { MemberPreview } from './MemberPreview.tsx';
import { MembersField } from './MembersField.tsx';
import { NewUsersOnce } from './NewUsersOnce.tsx';
import { checkDay, endOfDay } from './class-time.ts';
import './classes.css';
import { classesMessages } from './classes.messages.ts';

interface Values extends ClassValues {
  readonly members: string;
}
const nothing: Values = {
  name: '',
  description: '',
  templateId: '',
  owner: null,
  expiresAt: '',
  members: '',
};

export function NewClassPage() {
  const t = useT(classesMessages);
  const toast = useToast();
  const navigate = useNavigate();
  const [made, setMade] = useState<{ class: Class; newUsers: readonly NewClassUser[] } | null>(null);
  const form = useForm<'classCreate', Values>('classCreate', {
    initial: nothing,
    check: checkDay,
    request: ({ name, description, templateId, owner, expiresAt, members }) => ({
      body: {
        name,
        description,
        templateId,
        members,
        ...(owner === null ? {} : { ownerId: owner.value }),
        ...(expiresAt === '' ? {} : { expiresAt: endOfDay(expiresAt) }),
      },
    }),
    async onDone(reply) {
      toast.success(t('madeNow', { name: reply.class.name }));
      if (reply.newUsers.length > 0) setMade(reply);
      else await navigate(`/classes/${reply.class.id}`);
    },
  });
  const back = { to: '/classes', label: t('title') };
  if (made) {
    return (
      <Page help="classes" title={t('passwordsTitle')} back={back} isNarrow>
        <div className="card">
          <div className="card-body">
            <NewUsersOnce users={made.newUsers} fileName={made.class.name} />
          </div>
          <div className="card-footer text-end">
            <Link className="btn btn-primary" to={`/classes/${made.class.id}`}>
              {t('goOn')}
            </Link>
          </div>
        </div>
      </Page>
    );
  }
  return (
    <Page help="classes" title={t('addTitle')} back={back}>
      <form className="row row-cards" {...form.props}>
        <div className="col-lg-6">
          <div className="card">
            <div className="card-body">
              <ProblemAlert error={form.error} />
              <ClassFields form={form} />
              <MembersField field={form.field('members')} />
            </div>
            <div className="card-footer text-end">
              <SubmitButton isPending={form.isPending}>{t('create')}</SubmitButton>
            </div>
          </div>
        </div>
        <div className="col-lg-6">
          <div className="card">
            <div className="card-body">
              <h2 className="card-title mb-3">{t('preview')}</h2>
              <MemberPreview members={form.values.members} templateId={form.values.templateId} />
            </div>
          </div>
        </div>
      </form>
    </Page>
  );
}
