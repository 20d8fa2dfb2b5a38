import type { TestServer } from "../support/test-server.ts";

export interface EventJson {
  id: number;
  at: string;
  action: string;
  actor: string;
  actor_name: string;
  address: string | null;
  clip: { slug: string; title: string; deleted: boolean } | null;
  details: Record<string, any>;
  sql: string | null;
}

/** The audit's events that filters leave, the newest first. */
export async function listAudit(server: TestServer, filters: Record<string, string> = {}): Promise<EventJson[]> {
  const response = await server.request(`/api/audit?${new URLSearchParams(filters)}`);
  const body = (await response.json()) as { events: EventJson[] };
  if (response.status !== 200) throw new Error(JSON.stringify(body));
  return body.events;
}
