/** An event as a sentence, with links to what can be gone to. */
import type { Event, SettingKey } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { Fragment, type ReactNode } from 'react';
import { query } from '../../app/api.ts';
import { useLanguage, useT } from '../../app/language.tsx';
import { ObjectLink } from '../../ui/ObjectLink.tsx';
import { userLabel } from '../../ui/UserSelect.tsx';
import { settingNameMessages } from '../settings/settings.messages.ts';
import { auditMessages, sentenceMessages } from './audit.messages.ts';
import { sentenceParts } from './sentence-parts.ts';
import { useDetailText } from './use-detail-text.ts';

export function EventSentence({ event }: { event: Event }) {
  const { language } = useLanguage();
  const sentences = language === 'zh-CN' ? sentenceMessages.zh : sentenceMessages.en;
  // A server newer than this page may send a type that it does not know.
  const sentence: string = (sentences as Readonly<Record<string, string>>)[event.type] ?? event.type;
  return (
    <span className="text-break">
      {sentenceParts(sentence).map((part, index) => (
        // A sentence's parts are fixed in their order.
        // eslint-disable-next-line react/no-array-index-key
        <Fragment key={index}>
          {typeof part === 'string' ? part : <Slot event={event} slot={part.slot} />}
        </Fragment>
      ))}
    </span>
  );
}

function Slot({ event, slot }: { event: Event; slot: string }): ReactNode {
  const detailText = useDetailText();
  if (slot === 'actor') return <Actor event={event} />;
  if (slot === 'object') return <Subject event={event} />;
  if (event.type === 'vm.transferred' && slot === 'to') return <UserName id={String(event.details['to'])} />;
  return <strong className="fw-medium">{detailText(event, slot)}</strong>;
}

export function Actor({ event: { actorId, actorName } }: { event: Event }) {
  const t = useT(auditMessages);
  if (actorName === null) return t('system');
  if (actorName === '' || actorId === null) return t('nobody');
  return <strong className="fw-medium">{actorName}</strong>;
}

/** What was removed has no page any more. */
const isGone = (type: Event['type']) =>
  type.endsWith('.removed') || type.endsWith('.deleted') || type === 'vm.forgotten';

function Subject({ event: { type, objectKind, objectId, objectName } }: { event: Event }) {
  const t = useT(auditMessages);
  const settings = useT(settingNameMessages);
  if (objectName === '') return t('nobody');
  const name = objectKind === 'setting' ? settingName(objectName, settings) : objectName;
  return (
    <strong className="fw-medium">
      <ObjectLink kind={objectKind} id={objectId} name={name} isGone={isGone(type)} />
    </strong>
  );
}

const settingName = (key: string, names: (key: SettingKey) => string): string =>
  Object.hasOwn(settingNameMessages.en, key) ? names(key as SettingKey) : key;

/** The event keeps the id; the name is the one that holds now. */
function UserName({ id }: { id: string }) {
  const t = useT(auditMessages);
  const { data } = useQuery({ ...query('userGet', { params: { userId: id } }), retry: false });
  if (!data) return t('somebody');
  return (
    <strong className="fw-medium">
      <ObjectLink kind="user" id={id} name={userLabel(data)} />
    </strong>
  );
}
