import type { Child } from "hono/jsx";

interface LayoutProps {
  title: string;
  /** Whether the page is one of those for people who are signed in: it has their navigation. */
  signedIn: boolean;
  children: Child;
}

/** The frame of every page. */
export function Layout({ title, signedIn, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title === "Dataclips" ? title : `${title} · Dataclips`}</title>
        <link rel="stylesheet" href="/assets/style.css" />
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
      </head>
      <body>
        <header class="top">
          <a class="brand" href={signedIn ? "/" : undefined}>
            Dataclips
          </a>
          {signedIn && (
            <nav>
              <a href="/">Clips</a>
              <a href="/share-list">Shares</a>
              <a href="/databases">Databases</a>
              <a class="button" href="/clips/new">
                New clip
              </a>
              <form method="post" action="/sign-in/out">
                <button class="plain">Sign out</button>
              </form>
            </nav>
          )}
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}

/** A page's HTML, with its doctype. */
export function renderPage(page: unknown): string {
  return `<!doctype html>${String(page)}`;
}
