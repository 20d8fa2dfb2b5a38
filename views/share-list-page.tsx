import type { Share } from "../src/clips/shares.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import type { Access } from "../src/people/access.ts";
import type { NameOf } from "../src/people/names.ts";
import { Layout, renderPage } from "./layout.tsx";
import { ShareSummary } from "./share-summary.tsx";
import { WideTable } from "./wide-table.tsx";
import { words } from "./english/share-list-page.tsx";

interface ShareListPageProps {
  access: Access;
  nameOf: NameOf;
  shares: readonly Share[];
  total: number;
  page: number;
  pageSize: number;
}

/** Every share of the installation that is not revoked, the newest first. */
export function renderShareListPage({ access, nameOf, shares, total, page, pageSize }: ShareListPageProps): string {
  return renderPage(
    <Layout title={words.title} access={access}>
      <h1>{words.title}</h1>
      {shares.length === 0 ? (
        <p>{words.noLinks(page)}</p>
      ) : (
        <WideTable label={words.title} heads={words.columns} class="result">
          {shares.map((share) => (
            <ShareRow share={share} nameOf={nameOf} />
          ))}
        </WideTable>
      )}
      <nav class="pages" aria-label={words.pages}>
        {page > 1 && <a href={`/share-list?page=${page - 1}`}>{words.newer}</a>}
        {total > pageSize && <span>{words.pageOf(page, Math.ceil(total / pageSize))}</span>}
        {page * pageSize < total && <a href={`/share-list?page=${page + 1}`}>{words.older}</a>}
      </nav>
    </Layout>,
  );
}

function ShareRow({ share, nameOf }: { share: Share; nameOf: NameOf }) {
  const { clip } = share;
  const path = `/share-list/${share.id}`;
  return (
    <tr>
      <td>
        <a href={path}>{share.name || words.noName}</a>
        {share.note !== "" && <small>{share.note}</small>} <ShareSummary share={share} />
      </td>
      <td>
        {clip.deletedAt === null ? (
          <a href={`/clips/${speakingSlug(clip.slug, clip.title)}`}>{clip.title}</a>
        ) : (
          clip.title
        )}
        {clip.deletedAt !== null && <small> {words.clipIsDeleted}</small>}
        {share.result !== null && <small> {words.pinned(share.result)}</small>}
      </td>
      <td>{words.made(share.createdAt, nameOf(share.createdBy))}</td>
      <td class="number">{share.uses.toLocaleString("en")}</td>
      <td>{words.lastUse(share)}</td>
      <td>
        <form method="post" action={`${path}/rotate`}>
          <button class="plain">{words.makeNew(share.signed)}</button>
        </form>
        <form method="post" action={`${path}/revoke`}>
          <button class="plain">{words.revoke}</button>
        </form>
      </td>
    </tr>
  );
}
