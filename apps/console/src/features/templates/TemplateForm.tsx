/** The fields of a template, new or not. */
import type { Image, Network } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { query } from '../../app/api.ts';
import type { Form } from '../../app/form.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { fitsAnywhere } from '../../app/pool-room.ts';
import { LoadAlert, ProblemAlert } from '../../ui/Problem.tsx';
import { SizeField } from '../../ui/SizeField.tsx';
import {
  ChoiceField,
  NumberField,
  SelectField,
  SubmitButton,
  TextAreaField,
  TextField,
} from '../../ui/fields.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { RegisterNetworkDialog } from '../networks/RegisterNetworkDialog.tsx';
import { TemplateAccess } from './TemplateAccess.tsx';
import { type TemplateValues, leastDiskBytes, roomyDiskBytes } from './template-values.ts';
import { templatesMessages } from './templates.messages.ts';

const all = { query: { limit: 200, sort: 'name' } } as const;

type TemplateFormState = Form<TemplateValues>;

export function TemplateForm({ form, submitLabel }: { form: TemplateFormState; submitLabel: string }) {
  const t = useT(templatesMessages);
  const ui = useT(uiMessages);
  const { data: images, ...imagesRead } = useQuery(query('imageList', all));
  const { data: networks, ...networksRead } = useQuery(query('networkList', all));
  const image = images?.items.find(({ id }) => id === form.values.imageId);
  const [isRegistering, setIsRegistering] = useState(false);
  return (
    <>
      <form className="card" {...form.props}>
        <div className="card-body">
          <ProblemAlert error={form.error} />
          <LoadAlert
            error={images && networks ? null : (imagesRead.error ?? networksRead.error)}
            onRetry={() => void Promise.all([imagesRead, networksRead].map((read) => read.refetch()))}
          />
          <h2 className="card-title mb-3">{t('general')}</h2>
          <TextField field={form.field('name')} label={t('name')} isRequired autoFocus />
          <TextAreaField
            field={form.field('description')}
            label={t('description')}
            hint={t('descriptionHint')}
            rows={2}
          />
          {images?.total === 0 && (
            <p className="text-secondary">
              {t('emptyNoImage')} <Link to="/images">{t('toImages')}</Link>
            </p>
          )}
          {images?.total !== 0 && (
            <ImageField form={form} images={images?.items ?? []} isLoading={imagesRead.isPending} />
          )}
        </div>
        <div className="card-body">
          <h2 className="card-title mb-3">{t('hardware')}</h2>
          <div className="row">
            <div className="col-sm-4">
              <NumberField field={form.field('vcpus')} label={t('vcpus')} step={1} min={1} isRequired />
            </div>
            <div className="col-sm-4">
              <SizeField field={form.field('memoryMib')} base="mib" label={t('memory')} isRequired />
            </div>
            <div className="col-sm-4">
              <DiskField form={form} image={image} />
            </div>
          </div>
          <FitHint form={form} />
        </div>
        <div className="card-body">
          <h2 className="card-title mb-3">{t('more')}</h2>
          <NetworkField form={form} networks={networks?.items} onRegister={() => setIsRegistering(true)} />
          <ChoiceField
            field={form.field('firmware')}
            label={t('firmware')}
            hint={t('firmwareHint')}
            options={[
              { value: 'bios', label: t('bios') },
              { value: 'uefi', label: t('uefi') },
            ]}
          />
        </div>
        <div className="card-body">
          <TemplateAccess form={form} />
        </div>
        <div className="card-footer d-flex gap-2">
          <Link to="/templates" className="btn me-auto">
            {ui('cancel')}
          </Link>
          <SubmitButton isPending={form.isPending}>{submitLabel}</SubmitButton>
        </div>
      </form>
      {isRegistering && <RegisterNetworkDialog onClose={() => setIsRegistering(false)} />}
    </>
  );
}

/** Says so before anybody waits for a machine that no server can hold. */
function FitHint({ form }: { form: TemplateFormState }) {
  const t = useT(templatesMessages);
  const { data: hosts } = useQuery(query('hostList', all));
  const { vcpus, memoryMib, diskBytes } = form.values;
  const size = { vcpus, memoryMib, diskBytes };
  const isTooLarge = hosts && hosts.items.length > 0 && !fitsAnywhere(hosts.items, size);
  return (
    <p className="small m-0 text-danger" role="status">
      {isTooLarge && t('fitsNowhere')}
    </p>
  );
}

interface ImageFieldProps {
  readonly form: TemplateFormState;
  readonly images: readonly Image[];
  readonly isLoading: boolean;
}

function ImageField({ form, images, isLoading }: ImageFieldProps) {
  const t = useT(templatesMessages);
  const ui = useT(uiMessages);
  const format = useFormat();
  const field = form.field('imageId');
  const choose = (imageId: string) => {
    const image = images.find(({ id }) => id === imageId);
    const { diskBytes } = form.values;
    form.set({ imageId, ...(image ? { diskBytes: roomyDiskBytes(image, diskBytes) } : {}) });
  };
  return (
    <SelectField
      field={{ ...field, set: choose }}
      label={t('image')}
      isRequired
      options={[
        { value: '', label: isLoading ? ui('loading') : t('imageChoose') },
        ...images.map(({ id, name, format: kind, virtualSizeBytes, state }) => ({
          value: id,
          label:
            state === 'changed' || state === 'missing'
              ? t('imageNotReady', { name })
              : t('imageOption', { name, format: kind, size: format.bytes(virtualSizeBytes) }),
        })),
      ]}
    />
  );
}

function DiskField({ form, image }: { form: TemplateFormState; image: Image | undefined }) {
  const t = useT(templatesMessages);
  const format = useFormat();
  const least = image ? leastDiskBytes(image) : 0;
  const min = format.bytes(least);
  const field = form.field('diskBytes');
  const isTooSmall = field.value < least;
  const hint = image?.format === 'iso' ? t('diskIso') : least > 0 ? t('diskHint', { min }) : undefined;
  return (
    <SizeField
      field={{ ...field, error: field.error ?? (isTooSmall ? t('diskTooSmall', { min }) : undefined) }}
      base="bytes"
      label={t('disk')}
      hint={hint}
      isRequired
    />
  );
}

interface NetworkFieldProps {
  readonly form: TemplateFormState;
  /** undefined: not read yet. */
  readonly networks: readonly Network[] | undefined;
  readonly onRegister: () => void;
}

function NetworkField({ form, networks: known, onRegister }: NetworkFieldProps) {
  const t = useT(templatesMessages);
  const networks = known ?? [];
  const byDefault = networks.find(({ isDefault }) => isDefault);
  const field = form.field('networkId');
  if (known && networks.length === 0) {
    return (
      <div className="mb-3">
        <div className="form-label">{t('network')}</div>
        <span className="text-secondary">{t('networkNone')}</span>{' '}
        <button type="button" className="btn-plain" onClick={onRegister}>
          {t('registerNetwork')}
        </button>
        {field.error !== undefined && (
          <div className="field-error" role="alert">
            {field.error}
          </div>
        )}
      </div>
    );
  }
  return (
    <SelectField
      field={{ ...field, value: field.value || (byDefault?.id ?? '') }}
      label={t('network')}
      options={[
        ...(byDefault || field.value !== '' ? [] : [{ value: '', label: t('networkDefault') }]),
        ...networks.map(({ id, name, isDefault }) => ({
          value: id,
          label: isDefault ? t('networkIsDefault', { name }) : name,
        })),
      ]}
    />
  );
}
