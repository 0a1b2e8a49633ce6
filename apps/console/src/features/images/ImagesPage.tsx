import type { Image } from '@loucloud/api';
import { IconDisc, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { query } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { useList } from '../../app/list.ts';
import { useOpensForm } from '../../app/opens.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FilePath } from '../../ui/FilePath.tsx';
import { Page } from '../../ui/Page.tsx';
import { Time } from '../../ui/Time.tsx';
import { TwoLines } from '../../ui/TwoLines.tsx';
import { EditImageDialog } from './EditImageDialog.tsx';
import { ImageState } from './ImageState.tsx';
import { PrefetchDialog } from './PrefetchDialog.tsx';
import { RegisterImageDialog } from './RegisterImageDialog.tsx';
import { RemoveImageDialog } from './RemoveImageDialog.tsx';
import { reasonAgainst } from './image-reason.ts';
import { imagesMessages } from './images.messages.ts';

type Shown =
  | { readonly dialog: 'register' }
  | { readonly dialog: 'edit' | 'remove' | 'prefetch'; readonly image: Image }
  | null;

export function ImagesPage() {
  const t = useT(imagesMessages);
  const format = useFormat();
  const navigate = useNavigate();
  const [shown, setShown] = useState<Shown>(useOpensForm() ? { dialog: 'register' } : null);
  const list = useList('imageList', { sort: 'name' });
  const close = () => setShown(null);
  const register = (
    <button type="button" className="btn btn-primary" onClick={() => setShown({ dialog: 'register' })}>
      <IconPlus size={18} className="icon" aria-hidden="true" />
      {t('register')}
    </button>
  );
  return (
    <Page help="images" title={t('title')} actions={register}>
      <DataTable
        list={list}
        label={t('title')}
        rowKey={(image) => image.id}
        rowName={(image) => image.name}
        searchLabel={t('search')}
        empty={<NoImages register={register} />}
        rowActions={(image) => [
          { label: t('open'), onSelect: () => void navigate(`/images/${image.id}`) },
          {
            label: t('makeTemplate'),
            reason: reasonAgainst(image, t),
            onSelect: () => void navigate(`/templates/new?imageId=${image.id}`),
          },
          {
            label: t('prefetch'),
            reason: reasonAgainst(image, t),
            onSelect: () => setShown({ dialog: 'prefetch', image }),
          },
          { label: t('edit'), onSelect: () => setShown({ dialog: 'edit', image }) },
          '-',
          { label: t('remove'), isDangerous: true, onSelect: () => setShown({ dialog: 'remove', image }) },
        ]}
        columns={[
          {
            header: t('name'),
            sort: 'name',
            cell: (image) => (
              <TwoLines
                first={
                  <Link to={`/images/${image.id}`} className="row-name">
                    {image.name}
                  </Link>
                }
                second={image.description}
              />
            ),
          },
          {
            header: t('path'),
            cell: (image) => (
              <TwoLines first={<FilePath path={image.path} />} second={<ServersOf image={image} />} />
            ),
          },
          {
            header: t('size'),
            sort: 'sizeBytes',
            className: 'text-nowrap',
            cell: (image) => <TwoLines first={format.bytes(image.sizeBytes)} second={image.format} />,
          },
          { header: t('state'), cell: (image) => <ImageState image={image} /> },
          { header: t('usedBy'), cell: (image) => <UsedBy image={image} /> },
          {
            header: t('added'),
            sort: 'createdAt',
            className: 'text-nowrap',
            cell: (image) => <Time at={image.createdAt} />,
          },
        ]}
      />
      {shown?.dialog === 'register' && <RegisterImageDialog onClose={close} />}
      {shown?.dialog === 'edit' && <EditImageDialog image={shown.image} onClose={close} />}
      {shown?.dialog === 'prefetch' && <PrefetchDialog image={shown.image} onClose={close} />}
      {shown?.dialog === 'remove' && <RemoveImageDialog image={shown.image} onClose={close} />}
    </Page>
  );
}

/** Where it is registered, and how many other servers have it too. */
function ServersOf({ image: { hostName, copies } }: { image: Image }) {
  const t = useT(imagesMessages);
  const count = copies.filter(({ state }) => state === 'ready').length;
  return count === 0 ? hostName : `${hostName} · ${t('copied', { count })}`;
}

function UsedBy({ image: { templateCount, vmCount } }: { image: Image }) {
  const t = useT(imagesMessages);
  if (templateCount === 0 && vmCount === 0) return <span className="text-secondary">{t('unused')}</span>;
  return (
    <div>
      {templateCount > 0 && <div className="text-nowrap">{t('byTemplates', { count: templateCount })}</div>}
      {vmCount > 0 && <div className="text-nowrap">{t('byVms', { count: vmCount })}</div>}
    </div>
  );
}

function NoImages({ register }: { register: ReactNode }) {
  const t = useT(imagesMessages);
  const { data } = useQuery(query('hostList', { query: { limit: 1 } }));
  if (data?.total !== 0) {
    return <EmptyState icon={IconDisc} title={t('emptyTitle')} hint={t('emptyHint')} action={register} />;
  }
  const addHost = (
    <Link to="/hosts/new" className="btn btn-primary">
      {t('addHost')}
    </Link>
  );
  return <EmptyState icon={IconDisc} title={t('emptyTitle')} hint={t('emptyNoHost')} action={addHost} />;
}
