import type { ParameterValues } from "../runs/parameters.ts";

/** What an application needs to know to sign for a share; its key, it takes from its environment. */
export interface Signed {
  /** Of this server, without a slash at the end. */
  baseUrl: string;
  shareId: string;
  slug: string;
  parameters: ParameterValues;
}

/** How long what the examples sign is to work. */
const SECONDS = 600;

/** Programs that print the address of an embed, with nothing but what their language brings. */
export function embedExamples(signed: Signed): readonly { language: string; code: string }[] {
  return [
    { language: "Node", code: node(signed) },
    { language: "Python", code: python(signed) },
    { language: "Shell", code: shell(signed) },
  ];
}

/** The claims, but for their end. Its texts have no quotes: see {@link exampleValues}. */
function claims({ shareId, slug, parameters }: Signed): string {
  return `"iss": "${shareId}", "clip": "${slug}", "parameters": ${JSON.stringify(parameters)}`;
}

function node(signed: Signed): string {
  return `import { createHmac } from "node:crypto";

const part = (claims) => Buffer.from(JSON.stringify(claims)).toString("base64url");
const exp = Math.floor(Date.now() / 1000) + ${SECONDS};
const claims = { ${claims(signed)}, exp };
const text = part({ alg: "HS256", typ: "JWT" }) + "." + part(claims);
const signature = createHmac("sha256", process.env.DATACLIPS_SIGNING_KEY).update(text).digest("base64url");
console.log(\`${signed.baseUrl}/embeds/\${text}.\${signature}\`);
`;
}

function python(signed: Signed): string {
  return `import base64, hashlib, hmac, json, os, time

def part(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")

claims = json.loads('{${claims(signed)}}')
claims["exp"] = int(time.time()) + ${SECONDS}
text = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(json.dumps(claims).encode())
signature = part(hmac.digest(os.environ["DATACLIPS_SIGNING_KEY"].encode(), text, hashlib.sha256))
print("${signed.baseUrl}/embeds/" + (text + b"." + signature).decode())
`;
}

function shell(signed: Signed): string {
  return `part() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
claims='{${claims(signed)}, "exp": '$(($(date +%s) + ${SECONDS}))'}'
text=$(printf '%s' '{"alg":"HS256","typ":"JWT"}' | part).$(printf '%s' "$claims" | part)
signature=$(printf '%s' "$text" | openssl dgst -sha256 -hmac "$DATACLIPS_SIGNING_KEY" -binary | part)
echo "${signed.baseUrl}/embeds/$text.$signature"
`;
}

/** Values for an example, which stand between quotes of three languages: the defaults, where they are plain words. */
export function exampleValues(
  parameters: readonly { name: string; default: string | null }[],
  locked: ParameterValues,
): ParameterValues {
  return Object.fromEntries(
    parameters
      .filter(({ name }) => !Object.hasOwn(locked, name))
      .map(({ name, default: value }) => [name, value !== null && /^[\w .:+-]{0,60}$/.test(value) ? value : null]),
  );
}
