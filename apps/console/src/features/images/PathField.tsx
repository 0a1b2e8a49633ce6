/** A path on a server, looked up while it is typed: what is there, and whether it can be an image. */
import type { HostFiles } from '@loucloud/api';
import { IconAlertTriangle, IconCircleCheck, IconDisc, IconFolder } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { query } from '../../app/api.ts';
import { useErrorText } from '../../app/error-text.ts';
import type { FieldState } from '../../app/form.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { Field } from '../../ui/fields.tsx';
import { imagesMessages } from './images.messages.ts';
import './path-field.css';

const TYPING_MS = 250;

interface PathFieldProps {
  readonly field: FieldState<string>;
  /** null: there is no server yet. */
  readonly hostId: string | null;
  readonly hint: string;
}

export function PathField({ field, hostId, hint }: PathFieldProps) {
  const t = useT(imagesMessages);
  const input = useRef<HTMLInputElement>(null);
  const wanted = useSettled(field.value);
  const { data, error, isPlaceholderData } = useQuery({
    ...query('hostFiles', { params: { hostId: hostId ?? '' }, query: { path: wanted } }),
    // An absolute path, or none yet: the folders of the server's pools.
    enabled: hostId !== null && (wanted === '' || wanted.startsWith('/')),
    placeholderData: keepPreviousData,
    // Nobody says when a file is copied there.
    staleTime: 0,
    retry: false,
  });
  const isCurrent = wanted === field.value && !isPlaceholderData;
  return (
    <Field name={field.name} error={field.error} label={t('path')} hint={hint} isRequired>
      {(parts, invalid) => (
        <>
          <input
            {...parts}
            ref={input}
            type="text"
            className={`form-control font-monospace ${invalid}`}
            value={field.value}
            placeholder="/var/lib/libvirt/images/debian-12.qcow2"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => field.set(event.target.value)}
          />
          <div className="path-sight">
            <div role="status" className="path-verdict">
              {error ? t('cannotLook') : data && isCurrent && <Verdict sight={data} path={wanted} />}
            </div>
            <ul className={isCurrent ? '' : 'is-stale'} aria-label={t('there')}>
              {data?.items
                .filter(({ path }) => path !== wanted)
                .map((entry) => (
                  <li key={entry.path}>
                    <Entry
                      entry={entry}
                      isWhole={wanted === ''}
                      onChoose={() => {
                        field.set(entry.path);
                        input.current?.focus();
                      }}
                    />
                  </li>
                ))}
              {data?.isMore && <li className="text-secondary px-2">{t('typeOn')}</li>}
            </ul>
          </div>
        </>
      )}
    </Field>
  );
}

function Verdict({ sight: { image, refusal, items }, path }: { sight: HostFiles; path: string }) {
  const t = useT(imagesMessages);
  const format = useFormat();
  const errorText = useErrorText();
  if (image) {
    const { sizeBytes, virtualSizeBytes } = image;
    const words = {
      format: image.format,
      size: format.bytes(sizeBytes),
      disk: format.bytes(virtualSizeBytes),
    };
    return (
      <>
        <IconCircleCheck size={16} className="text-success" aria-hidden="true" />
        {t(image.format === 'iso' ? 'isIso' : 'isImage', words)}
      </>
    );
  }
  if (path === '') return t('poolFolders');
  if (items.length > 0) return t('choose');
  // Nothing begins so; an empty folder is no mistake yet.
  if (refusal === null) return t('emptyFolder');
  return (
    <>
      <IconAlertTriangle size={16} className="text-danger" aria-hidden="true" />
      {errorText({ code: refusal, details: {} })}
    </>
  );
}

interface EntryProps {
  readonly entry: HostFiles['items'][number];
  /** Its path, not only its name. */
  readonly isWhole: boolean;
  readonly onChoose: () => void;
}

function Entry({ entry, isWhole, onChoose }: EntryProps) {
  const format = useFormat();
  const { path, isFolder, sizeBytes } = entry;
  const Icon = isFolder ? IconFolder : IconDisc;
  return (
    <button type="button" className="path-entry" onClick={onChoose}>
      <Icon size={16} aria-hidden="true" />
      <span className="text-truncate">{isWhole ? path : path.replace(/^.*\/(?=[^/]+\/?$)/, '')}</span>
      {!isFolder && <span className="ms-auto text-secondary text-nowrap">{format.bytes(sizeBytes)}</span>}
    </button>
  );
}

/** What was typed, once nothing more is. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
