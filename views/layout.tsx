import type { Child } from "hono/jsx";
import type { Access } from "../src/people/access.ts";
import { type Action, mayDo } from "../src/people/permissions.ts";
import { words } from "./english/layout.ts";

interface LayoutProps {
  title: string;
  /** Who looks at it: the navigation shows what they may do. Null: none, as on pages for anyone. */
  access: Access | null;
  /** What a page's head has besides, for programs. */
  head?: Child;
  children: Child;
}

/** The frame of every page. */
export function Layout({ title, access, head, children }: LayoutProps) {
  return (
    <html lang="en">
      <PageHead title={title}>{head}</PageHead>
      <body>
        <header class="top">
          <a class="brand" href={access ? "/" : undefined}>
            {words.brand}
          </a>
          {access && <Navigation access={access} />}
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}

/** A page's head: what all have. */
export function PageHead({ title, children }: { title: string; children?: Child }) {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{words.title(title)}</title>
      <link rel="stylesheet" href="/assets/style.css" />
      <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
      {children}
    </head>
  );
}

const LINKS: readonly (readonly [path: string, name: string, action: Action])[] = [
  ["/", words.clips, "clips.read"],
  ["/share-list", words.shares, "shares.read"],
  ["/databases", words.databases, "databases.read"],
  ["/people", words.people, "people.manage"],
  ["/teams", words.teams, "teams.manage"],
  ["/audit", words.audit, "audit.read"],
];

function Navigation({ access }: { access: Access }) {
  return (
    <nav>
      {LINKS.map(([path, name, action]) => mayDo(access, action) && <a href={path}>{name}</a>)}
      {access.person !== null && mayDo(access, "account.manage") && <a href="/account">{words.account}</a>}
      {mayDo(access, "clips.write") && (
        <a class="button" href="/clips/new">
          {words.newClip}
        </a>
      )}
      <form method="post" action="/sign-in/out">
        <button class="plain">{words.signOut}</button>
      </form>
    </nav>
  );
}

/** A page's HTML, with its doctype. */
export function renderPage(page: unknown): string {
  return `<!doctype html>${String(page)}`;
}
