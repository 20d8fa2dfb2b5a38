-- parse_url(url text) returns json
--
-- The parts of a URL or of a part of one ("/pricing?from=mail"), as RFC 3986 divides it: an object with scheme, user, host,
-- port, path, query, fragment and parameters. Take one by ->>: parse_url(referrer) ->> 'host' can be grouped by, filtered
-- by and indexed.
-- url: up to 65,536 characters.
-- NULL: NULL of NULL. A part that is missing is null; the path of none is empty, as are the parameters ({}).
--   Scheme and host are in lower case (ASCII), else the parts are as written. A port that is no number up to 65535 is null.
--   user is what stands before @, without a password. parameters are the query's, decoded (+ is a space); what is no valid
--   UTF-8 in percent-encoding stays as written; one that stands several times is an array.
-- Limits: an error beyond 65,536 characters. Other than that there is no URL that is an error.
-- Example: SELECT dataclips.parse_url('https://Example.com:8080/a?q=1') ->> 'host';  -- example.com
-- (https://www.rfc-editor.org/rfc/rfc3986, appendix B)

CREATE OR REPLACE FUNCTION :"schema".parse_url(url text) RETURNS json
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  if (url.length > 65536) throw new Error(`parse_url: at most 65,536 characters, this URL has ${url.length}`);
  const lower = (text) => text.replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32));
  // Takes what stands behind the first of a mark off a text: the rest, and that or null.
  const cut = (text, mark) => {
    const at = text.indexOf(mark);
    return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
  };
  const [beforeFragment, fragment] = cut(url, '#');
  const [beforeQuery, query] = cut(beforeFragment, '?');
  const [first, behind] = cut(beforeQuery, ':');
  const hasScheme = behind !== null && /^[A-Za-z][A-Za-z0-9+.-]*$/.test(first);
  let path = hasScheme ? behind : beforeQuery;
  let user = null;
  let host = null;
  let port = null;
  if (path.startsWith('//')) {
    const slash = path.indexOf('/', 2);
    const authority = slash < 0 ? path.slice(2) : path.slice(2, slash);
    path = slash < 0 ? '' : path.slice(slash);
    const at = authority.lastIndexOf('@');
    if (at >= 0) user = cut(authority.slice(0, at), ':')[0];
    const address = authority.slice(at + 1);
    // An IPv6 address has colons in its brackets.
    const colon = address.indexOf(':', address.startsWith('[') ? address.indexOf(']') + 1 : 0);
    host = lower(colon < 0 ? address : address.slice(0, colon));
    const digits = colon < 0 ? '' : address.slice(colon + 1);
    if (/^\d+$/.test(digits) && Number(digits) <= 65535) port = Number(digits);
  }
  const decode = (text) => {
    const spaced = text.replace(/\+/g, ' ');
    try {
      // A text of PostgreSQL holds no U+0000.
      return decodeURIComponent(spaced).replace(/\0/g, '\ufffd');
    } catch (error) {
      return spaced;
    }
  };
  // Without a prototype, __proto__ is a name like others.
  const parameters = Object.create(null);
  for (const pair of (query || '').split('&')) {
    if (pair === '') continue;
    const [name, value] = cut(pair, '=').map((text) => decode(text || ''));
    const given = parameters[name];
    if (given === undefined) parameters[name] = value;
    else if (Array.isArray(given)) given.push(value);
    else parameters[name] = [given, value];
  }
  return { scheme: hasScheme ? lower(first) : null, user, host, port, path, query, fragment, parameters };
$js$;

COMMENT ON FUNCTION :"schema".parse_url(text) IS
  'The parts of a URL as json: scheme, user, host, port, path, query, fragment, parameters. parse_url(''https://example.com/a?q=1'') ->> ''host'' is example.com.';
