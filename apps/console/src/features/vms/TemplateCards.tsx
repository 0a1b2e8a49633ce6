import type { Template } from '@loucloud/api';
import { useId, useState } from 'react';
import type { FieldState } from '../../app/form.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { newVmMessages, vmsMessages } from './vms.messages.ts';

/** With fewer than this all of them are seen at a glance. */
const SEARCH_FROM = 7;

export function TemplateCards({
  templates,
  field,
}: {
  templates: readonly Template[];
  field: FieldState<string>;
}) {
  const t = useT(newVmMessages);
  const id = useId();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const shown = templates.filter(({ name, description }) =>
    `${name}\n${description}`.toLowerCase().includes(wanted),
  );
  return (
    <fieldset className="mb-3" aria-describedby={field.error ? `${id}-error` : undefined}>
      <legend className="form-label required">{t('template')}</legend>
      {templates.length >= SEARCH_FROM && (
        <input
          type="search"
          className="form-control mb-2"
          placeholder={t('searchTemplates')}
          aria-label={t('searchTemplates')}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      )}
      <div className="template-cards">
        {shown.map((template) => (
          <TemplateCard key={template.id} template={template} field={field} />
        ))}
        {shown.length === 0 && <p className="text-secondary m-0">{t('noMatch')}</p>}
      </div>
      {field.error && (
        <div id={`${id}-error`} className="field-error">
          {field.error}
        </div>
      )}
    </fieldset>
  );
}

function TemplateCard({ template, field }: { template: Template; field: FieldState<string> }) {
  const t = useT(vmsMessages);
  const format = useFormat();
  const { id, name, description, imageName, vcpus, memoryMib, diskBytes } = template;
  return (
    <label className="template-card">
      <input
        type="radio"
        name="templateId"
        className="form-check-input"
        value={id}
        checked={field.value === id}
        aria-invalid={field.error !== undefined}
        onChange={() => field.set(id)}
      />
      <span className="template-card-body">
        <strong className="d-block text-break">{name}</strong>
        <span className="d-block small text-secondary">
          {t('sizeWithDisk', { vcpus, memory: format.mib(memoryMib), disk: format.bytes(diskBytes) })}
        </span>
        <span className="d-block small text-secondary">{imageName}</span>
        {description && <span className="d-block small mt-1 description">{description}</span>}
      </span>
    </label>
  );
}
