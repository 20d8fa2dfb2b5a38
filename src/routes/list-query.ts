import type { Context } from "hono";
import { CLIP_ORDERS, type ClipOrder } from "../clips/list-clips.ts";
import { readSearch, type Search } from "../clips/read-search.ts";
import { AppError } from "../errors.ts";
import type { Env } from "./env.ts";
import { readNumber } from "./query.ts";
import { requirePerson } from "./require-person.ts";

/** What the address of a list of clips asks for: `?q=orders tag:sales&tag=weekly&favourites=1&sort=title&page=2`. */
export interface ListQuery {
  /** As it was typed. */
  text: string;
  /** Tags besides those in the text. */
  tags: readonly string[];
  /** What the text and the tags look for. */
  search: Search;
  order: ClipOrder;
  /** Whose favourites alone are meant; undefined: all clips. */
  favouritesOf: string | undefined;
  page: number;
}

/** @throws AppError invalid_request; forbidden where whoever asks can have no favourites */
export function readListQuery(c: Context<Env>): ListQuery {
  const text = c.req.query("q") ?? "";
  const tags = (c.req.queries("tag") ?? []).map((tag) => tag.trim().toLowerCase()).filter((tag) => tag !== "");
  const search = readSearch(text);
  const wanted = /^(?:1|true)$/.test(c.req.query("favourites") ?? "");
  return {
    text,
    tags,
    search: { ...search, tags: [...new Set([...search.tags, ...tags.map((tag) => tag.replaceAll("\0", ""))])] },
    order: readOrder(c.req.query("sort") ?? "changed"),
    favouritesOf: wanted ? requirePerson(c, "A favourite").id : undefined,
    page: readNumber("page", c.req.query("page") ?? "1"),
  };
}

function readOrder(text: string): ClipOrder {
  const order = CLIP_ORDERS.find((name) => name === text);
  if (order !== undefined) return order;
  throw new AppError("invalid_request", `sort cannot be ${JSON.stringify(text.slice(0, 40))}.`, {
    hint: "changed: the last changed first; title: by title; run: the last run first.",
  });
}
