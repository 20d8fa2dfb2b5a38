const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOENT: "nothing listens there",
  ENOTFOUND: "its host name is not known",
  ETIMEDOUT: "it does not answer",
  "28P01": "it refused the password",
  "28000": "it refused the role",
  "3D000": "it has no such database",
  "57P03": "it is starting up or shutting down",
  "53300": "it has no connection left",
  database_busy: "it has no connection left",
};

/** Why a connection failed, in words that hold no address and no password. */
export function connectionReason(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  const reason = REASONS[code ?? ""];
  if (reason !== undefined) return reason;
  return /timeout/i.test(message ?? "") ? "it does not answer" : "the connection failed";
}
