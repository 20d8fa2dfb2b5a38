import { Hono } from "hono";
import * as z from "zod";
import { addFavourite, removeFavourite } from "../clips/favourites.ts";
import type { Deps } from "../deps.ts";
import type { Env } from "./env.ts";
import { localPath } from "./local-path.ts";
import { readForm } from "./read-body.ts";
import { requirePerson } from "./require-person.ts";

const CHANGES = { favourite: addFavourite, unfavourite: removeFavourite };
/** The page that the star stands on, to come back to. */
const StarForm = z.object({ next: z.string().optional() });

/**
 * The star's forms. A favourite is nobody else's business, and lets nobody see or do anything: the audit does not say
 * it.
 */
export function favouriteForms({ db }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  for (const [word, change] of Object.entries(CHANGES)) {
    app.post(`/clips/:slug/${word}`, async (c) => {
      const person = requirePerson(c, "A favourite");
      const { next } = await readForm(c, StarForm);
      await change(db, person.id, c.var.clip.id);
      return c.redirect(localPath(next ?? `/clips/${c.var.clip.slug}`), 303);
    });
  }
  return app;
}

/** /api/clips/<slug>/favourite: PUT makes the clip one of the favourites of the person who asks, DELETE takes it back. */
export function apiFavourites({ db }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.put("/:slug/favourite", async (c) => {
    await addFavourite(db, requirePerson(c, "A favourite").id, c.var.clip.id);
    return c.body(null, 204);
  });
  app.delete("/:slug/favourite", async (c) => {
    await removeFavourite(db, requirePerson(c, "A favourite").id, c.var.clip.id);
    return c.body(null, 204);
  });
  return app;
}
