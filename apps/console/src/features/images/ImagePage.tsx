import type { Image } from '@loucloud/api';
import { IconAlertTriangle, IconPencil, IconTemplate, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { query } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { FilePath } from '../../ui/FilePath.tsx';
import { Page } from '../../ui/Page.tsx';
import { PageSkeleton } from '../../ui/PageSkeleton.tsx';
import { LoadProblem, PageProblem } from '../../ui/Problem.tsx';
import { Time } from '../../ui/Time.tsx';
import { kindMessages } from '../../words/nouns.messages.ts';
import { VmsCard } from '../vms/VmsCard.tsx';
import { EditImageDialog } from './EditImageDialog.tsx';
import { ImageCopies } from './ImageCopies.tsx';
import { ImageState } from './ImageState.tsx';
import { RemoveImageDialog } from './RemoveImageDialog.tsx';
import { reasonAgainst } from './image-reason.ts';
import { imagesMessages } from './images.messages.ts';

export function ImagePage() {
  const t = useT(imagesMessages);
  const kinds = useT(kindMessages);
  const { imageId = '' } = useParams();
  const { data: image, error, refetch } = useQuery(query('imageGet', { params: { imageId } }));
  const isGone = error?.code === 'not_found';
  if (image && !isGone) return <LoadedImage image={image} />;
  return (
    <Page
      help="image"
      title={isGone ? t('gone') : kinds('image')}
      back={{ to: '/images', label: t('title') }}
    >
      {error ? (
        <PageProblem error={error} onRetry={() => void refetch()} />
      ) : (
        <PageSkeleton
          columns={[
            ['col-12', 24, 9],
            ['col-lg-6', 12],
            ['col-lg-6', 12],
          ]}
        />
      )}
    </Page>
  );
}

function LoadedImage({ image }: { image: Image }) {
  const t = useT(imagesMessages);
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'edit' | 'remove' | null>(null);
  const problem = reasonAgainst(image, t);
  const close = () => setDialog(null);
  return (
    <Page
      help="image"
      title={image.name}
      back={{ to: '/images', label: t('title') }}
      actions={
        <>
          <ActionButton
            icon={IconTemplate}
            className="btn-primary"
            reason={problem}
            onClick={() => void navigate(`/templates/new?imageId=${image.id}`)}
          >
            {t('makeTemplate')}
          </ActionButton>
          <ActionButton icon={IconPencil} onClick={() => setDialog('edit')}>
            {t('edit')}
          </ActionButton>
          <ActionButton icon={IconTrash} onClick={() => setDialog('remove')}>
            {t('remove')}
          </ActionButton>
        </>
      }
    >
      {problem && (
        <div className="alert alert-danger" role="alert">
          <div className="alert-icon">
            <IconAlertTriangle aria-hidden="true" />
          </div>
          <div>{problem}</div>
        </div>
      )}
      <div className="row row-cards">
        <div className="col-12">
          <ImageFacts image={image} />
        </div>
        <div className="col-12">
          <ImageCopies image={image} reason={problem} />
        </div>
        <div className="col-lg-6">
          <TemplatesOf imageId={image.id} />
        </div>
        <div className="col-lg-6">
          <VmsCard title={t('vms')} filter={{ imageId: image.id }} none={t('vmsNone')} />
        </div>
      </div>
      {dialog === 'edit' && <EditImageDialog image={image} onClose={close} />}
      {dialog === 'remove' && <RemoveImageDialog image={image} onClose={close} />}
    </Page>
  );
}

function ImageFacts({ image }: { image: Image }) {
  const t = useT(imagesMessages);
  const format = useFormat();
  const { path, sha256, description } = image;
  return (
    <section className="card">
      <div className="card-header">
        <h2 className="card-title">{t('details')}</h2>
      </div>
      <div className="card-body">
        {description && <p className="description">{description}</p>}
        <Facts
          facts={[
            { label: t('state'), value: <ImageState image={image} /> },
            { label: t('format'), value: image.format },
            { label: t('size'), value: format.bytes(image.sizeBytes) },
            { label: t('virtualSize'), value: format.bytes(image.virtualSizeBytes) },
            { label: t('host'), value: <Link to={`/hosts/${image.hostId}`}>{image.hostName}</Link> },
            { label: t('added'), value: <Time at={image.createdAt} /> },
          ]}
        />
        <hr className="my-3" />
        <dl className="d-grid gap-3 m-0">
          <Copyable label={t('path')} text={path} />
          <Copyable label={t('sha256')} text={sha256} />
        </dl>
      </div>
    </section>
  );
}

function Copyable({ label, text }: { label: string; text: string | null }) {
  return (
    <div>
      <dt className="datagrid-title">{label}</dt>
      <dd className="datagrid-content d-flex align-items-center gap-1 m-0">
        {text === null ? (
          '–'
        ) : (
          <>
            <FilePath path={text} />
            <CopyButton text={text} />
          </>
        )}
      </dd>
    </div>
  );
}

function TemplatesOf({ imageId }: { imageId: string }) {
  const t = useT(imagesMessages);
  const format = useFormat();
  const { data, error, refetch } = useQuery(
    query('templateList', { query: { imageId, limit: 200, sort: 'name' } }),
  );
  return (
    <section className="card">
      <div className="card-header">
        <h2 className="card-title">{t('templates')}</h2>
      </div>
      {error && !data && <LoadProblem error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && <p className="card-body text-secondary m-0">{t('templatesNone')}</p>}
      {data && data.items.length > 0 && (
        <ul className="list-group list-group-flush">
          {data.items.map((template) => (
            <li key={template.id} className="list-group-item d-flex gap-3">
              <Link to={`/templates/${template.id}`} className="flex-fill text-break">
                {template.name}
              </Link>
              <span className="text-secondary text-nowrap">{format.bytes(template.diskBytes)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
