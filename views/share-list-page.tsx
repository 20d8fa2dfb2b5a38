import type { Share } from "../src/clips/shares.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import type { Access } from "../src/people/access.ts";
import type { NameOf } from "../src/people/names.ts";
import { Layout, renderPage } from "./layout.tsx";
import { formatTime } from "./english/formats.ts";
import { ShareSummary } from "./share-summary.tsx";

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
    <Layout title="Shares" access={access}>
      <h1>Shares</h1>
      {shares.length === 0 ? (
        <p>There are no links{page > 1 ? " on this page" : " yet"}. They are made on the page of a clip.</p>
      ) : (
        <div class="scroll" tabindex={0} role="region" aria-label="Shares">
          <table class="result">
            <thead>
              <tr>
                {["Share", "Clip", "Made", "Uses", "Last used", ""].map((name) => (
                  <th scope="col">{name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shares.map((share) => (
                <ShareRow share={share} nameOf={nameOf} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <nav class="pages" aria-label="Pages">
        {page > 1 && <a href={`/share-list?page=${page - 1}`}>Newer</a>}
        {total > pageSize && (
          <span>
            Page {page} of {Math.ceil(total / pageSize)}
          </span>
        )}
        {page * pageSize < total && <a href={`/share-list?page=${page + 1}`}>Older</a>}
      </nav>
    </Layout>,
  );
}

function ShareRow({ share, nameOf }: { share: Share; nameOf: NameOf }) {
  const { clip, lastUsedAt } = share;
  const path = `/share-list/${share.id}`;
  return (
    <tr>
      <td>
        <a href={path}>{share.name || "A link without a name"}</a>
        {share.note !== "" && <small>{share.note}</small>} <ShareSummary share={share} />
      </td>
      <td>
        {clip.deletedAt === null ? (
          <a href={`/clips/${speakingSlug(clip.slug, clip.title)}`}>{clip.title}</a>
        ) : (
          clip.title
        )}
        {clip.deletedAt !== null && <small> deleted: the link does not work</small>}
        {share.result !== null && <small> result {share.result}</small>}
      </td>
      <td>
        {formatTime(share.createdAt)} <small>by {nameOf(share.createdBy)}</small>
      </td>
      <td class="number">{share.uses.toLocaleString("en")}</td>
      <td>{lastUsedAt === null ? "not yet" : `${formatTime(lastUsedAt)} from ${share.lastAddress}`}</td>
      <td>
        <form method="post" action={`${path}/rotate`}>
          <button class="plain">New {share.signed ? "key" : "address"}</button>
        </form>
        <form method="post" action={`${path}/revoke`}>
          <button class="plain">Revoke</button>
        </form>
      </td>
    </tr>
  );
}
