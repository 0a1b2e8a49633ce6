/** Everything that the log keeps of one event. */
import type { Event } from '@loucloud/api';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { eventMessages } from '../../words/events.messages.ts';
import { kindMessages } from '../../words/nouns.messages.ts';
import { Actor, EventSentence } from './EventSentence.tsx';
import { auditMessages } from './audit.messages.ts';

export function EventDialog({ event, onClose }: { event: Event; onClose: () => void }) {
  const t = useT(auditMessages);
  const types = useT(eventMessages);
  const kinds = useT(kindMessages);
  const format = useFormat();
  const { type, at, address, objectKind, objectId, details, seq } = event;
  return (
    <Modal title={types(type)} onClose={onClose}>
      <div className="modal-body">
        <p>
          <EventSentence event={event} />
        </p>
        <Facts
          facts={[
            { label: t('when'), value: format.dateTime(at) },
            { label: t('who'), value: <Actor event={event} /> },
            { label: t('address'), value: address ?? '–' },
            {
              label: kinds(objectKind),
              value: (
                <>
                  <code className="small">{objectId}</code> <CopyButton text={objectId} />
                </>
              ),
            },
            { label: t('type'), value: <code>{type}</code> },
            { label: t('details'), value: t('number', { seq }) },
          ]}
        />
        {Object.keys(details).length > 0 && (
          <pre className="mt-3 mb-0">{JSON.stringify(details, null, 2)}</pre>
        )}
      </div>
    </Modal>
  );
}
