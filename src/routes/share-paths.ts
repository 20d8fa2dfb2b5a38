/** Where shares are: what anyone may ask for who has a link, or what an application has signed. */
const SHARE_PATH = /^\/(?:shares|embeds)\//;

/** Where anyone may send something, whoever they are. */
const PUBLIC_PATH = /^\/(?:shares|embeds|sign-in|set-up|invitations)(?:[/?]|$)/;

/** Whether what is sent to a path changes nothing of what shares show. */
export function changesNoShare(path: string): boolean {
  return PUBLIC_PATH.test(path);
}

/** Where a path holds a secret: whoever has it is let in. */
const SECRET_PATH = /^(\/(?:shares|embeds|invitations)\/).*/s;

/** A path as the log may know it. */
export function loggedPath(path: string): string {
  return path.replace(SECRET_PATH, "$1…");
}

/** Whether a path is a share's. */
export function isSharePath(path: string): boolean {
  return SHARE_PATH.test(path);
}
