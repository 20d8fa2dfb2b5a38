-- render_template(template text, data json) returns text
-- render_template(template text, data jsonb) returns text
--
-- Fills a mustache template with JSON, such as a row or a list of rows, to make a sentence, a mail or a piece of HTML of it.
-- template: up to 100,000 characters. {{name}} is the value with & < > " ' escaped for HTML; {{{name}}} and {{&name}} are it as it is;
--   {{a.b}} goes into objects, {{.}} is the current value. {{#name}}…{{/name}} is repeated for each element of a list, in which
--   names are looked up first, and stands once for another value; it is left out for a missing one, null, false, 0, '' and [], for
--   which {{^name}}…{{/name}} stands. {{! a comment }}. A section's tag or a comment alone on its line leaves no empty line.
-- data: a number is written as JavaScript does (15 to 17 digits), an object or a list as its JSON; missing and null are the empty text.
-- NULL: NULL if an argument is NULL.
-- Limits: sections 100 deep, 300,000 tags and lookups rendered, 1,000,000 characters of result: errors beyond, which name the line.
--   Partials, blocks, lambdas and other delimiters are not supported. A lone surrogate in the data is U+FFFD; U+0000 is an error.
-- Example: SELECT dataclips.render_template('Hello{{#who}} {{.}}{{/who}}!', '{"who": ["Ann", "Bo"]}'::json);  -- Hello Ann Bo!
-- (the mustache specification, github.com/mustache/spec: interpolation, sections, inverted sections, comments)

CREATE OR REPLACE FUNCTION :"schema".render_template(template text, data json) RETURNS text
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  const fail = (at, problem) => {
    throw new Error(`render_template: line ${template.slice(0, at).split('\n').length}: ${problem}`);
  };
  const limit = 1000000;
  if (template.length > 100000) {
    throw new Error(`render_template: a template of at most 100,000 characters, not ${template.length}`);
  }

  // The template as a tree: texts, values and sections. `open` holds the sections around the place read.
  const root = { children: [] };
  const open = [root];
  let place = 0;
  for (;;) {
    const children = open[open.length - 1].children;
    const at = template.indexOf('{{', place);
    if (at < 0) {
      children.push(template.slice(place));
      break;
    }
    const raw = template[at + 2] === '{';
    const close = raw ? '}}}' : '}}';
    const end = template.indexOf(close, at + 2);
    if (end < 0) fail(at, `{{ without ${close}`);
    let kind = raw ? '{' : template[at + 2];
    if (!'#^/!&{>=<$'.includes(kind)) kind = '';
    const name = template.slice(at + 2 + kind.length, end).trim();
    if ('>=<$'.includes(kind) && kind !== '') fail(at, `{{${kind} is not supported: no partials, blocks or other delimiters`);
    if (name === '' && kind !== '!') fail(at, 'a tag without a name');
    let from = place;
    let to = at;
    place = end + close.length;
    if (kind === '' || kind === '&' || raw) {
      if (to > from) children.push(template.slice(from, to));
      children.push({ kind, name, at });
      continue;
    }

    // A section's tag or a comment alone on its line takes the line with it.
    let lineStart = at;
    while (lineStart > from && (template[lineStart - 1] === ' ' || template[lineStart - 1] === '\t')) lineStart--;
    let lineEnd = place;
    while (template[lineEnd] === ' ' || template[lineEnd] === '\t') lineEnd++;
    if (template[lineEnd] === '\r' && template[lineEnd + 1] === '\n') lineEnd++;
    const starts = lineStart === 0 || template[lineStart - 1] === '\n';
    if (starts && (lineEnd === template.length || template[lineEnd] === '\n')) {
      to = lineStart;
      place = Math.min(template.length, lineEnd + 1);
    }
    if (to > from) children.push(template.slice(from, to));
    if (kind === '#' || kind === '^') {
      if (open.length > 100) fail(at, 'more than 100 sections within each other');
      const section = { kind, name, at, children: [] };
      children.push(section);
      open.push(section);
    } else if (kind === '/') {
      const section = open[open.length - 1];
      if (section === root) fail(at, `{{/${name}}} closes nothing`);
      if (section.name !== name) fail(at, `{{/${name}}} where {{/${section.name}}} was expected`);
      open.pop();
    }
  }
  if (open.length > 1) fail(open[open.length - 1].at, `{{${open[open.length - 1].kind}${open[open.length - 1].name}}} is never closed`);

  // Each tag rendered and each look into a value counts, for sections within sections may repeat each other.
  let steps = 0;
  const step = (at) => {
    steps++;
    if (steps > 300000) fail(at, 'more than 300,000 steps to render; repeat fewer or smaller lists');
  };
  const has = (value, key) => typeof value === 'object' && value !== null && Object.prototype.hasOwnProperty.call(value, key);
  const contexts = [data];
  const find = ({ name, at }) => {
    if (name === '.') return contexts[contexts.length - 1];
    const keys = name.split('.');
    let value;
    for (let i = contexts.length - 1; i >= 0; i--) {
      step(at);
      if (!has(contexts[i], keys[0])) continue;
      value = contexts[i][keys[0]];
      break;
    }
    for (let i = 1; i < keys.length; i++) {
      step(at);
      value = has(value, keys[i]) ? value[keys[i]] : undefined;
    }
    return value;
  };
  // Eight times as fast as a replace with a function.
  const escapes = [['&', '&amp;'], ['<', '&lt;'], ['>', '&gt;'], ['"', '&quot;'], ["'", '&#39;']];
  const escape = (text) => escapes.reduce((escaped, [character, entity]) => escaped.split(character).join(entity), text);
  const parts = [];
  let length = 0;
  const write = (text, at) => {
    length += text.length;
    if (length > limit) fail(at, 'the result is longer than 1,000,000 characters');
    parts.push(text);
  };
  // Stops at what is too long, before all of it is written.
  const json = (value, at) => {
    let room = limit - length;
    return JSON.stringify(value, (_, item) => {
      room -= typeof item === 'string' ? item.length : 1;
      if (room < 0) fail(at, 'the result is longer than 1,000,000 characters');
      return item;
    });
  };
  const render = (children, around) => {
    for (const child of children) {
      if (typeof child === 'string') {
        step(around);
        write(child, around);
        continue;
      }
      step(child.at);
      const value = find(child);
      if (child.children === undefined) {
        if (value === null || value === undefined) continue;
        const text = typeof value === 'object' ? json(value, child.at) : String(value);
        if (length + text.length > limit) fail(child.at, 'the result is longer than 1,000,000 characters');
        write(child.kind === '' ? escape(text) : text, child.at);
      } else if (child.kind === '^') {
        if (!value || (Array.isArray(value) && value.length === 0)) render(child.children, child.at);
      } else if (Array.isArray(value)) {
        for (const item of value) {
          step(child.at);
          contexts.push(item);
          render(child.children, child.at);
          contexts.pop();
        }
      } else if (value) {
        contexts.push(value);
        render(child.children, child.at);
        contexts.pop();
      }
    }
  };
  render(root.children, 0);

  const result = parts.join('');
  if (result.includes('\u0000')) throw new Error('render_template: the data hold U+0000, which no text of PostgreSQL can');
  return result.replace(/[\ud800-\udfff]/gu, '\ufffd');
$js$;

COMMENT ON FUNCTION :"schema".render_template(text, json) IS
  'A mustache template filled with JSON; values are escaped for HTML unless in three braces. render_template(''Hello {{name}}!'', ''{"name": "Ann"}''::json) is Hello Ann!';

CREATE OR REPLACE FUNCTION :"schema".render_template(template text, data jsonb) RETURNS text
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  const fail = (at, problem) => {
    throw new Error(`render_template: line ${template.slice(0, at).split('\n').length}: ${problem}`);
  };
  const limit = 1000000;
  if (template.length > 100000) {
    throw new Error(`render_template: a template of at most 100,000 characters, not ${template.length}`);
  }

  // The template as a tree: texts, values and sections. `open` holds the sections around the place read.
  const root = { children: [] };
  const open = [root];
  let place = 0;
  for (;;) {
    const children = open[open.length - 1].children;
    const at = template.indexOf('{{', place);
    if (at < 0) {
      children.push(template.slice(place));
      break;
    }
    const raw = template[at + 2] === '{';
    const close = raw ? '}}}' : '}}';
    const end = template.indexOf(close, at + 2);
    if (end < 0) fail(at, `{{ without ${close}`);
    let kind = raw ? '{' : template[at + 2];
    if (!'#^/!&{>=<$'.includes(kind)) kind = '';
    const name = template.slice(at + 2 + kind.length, end).trim();
    if ('>=<$'.includes(kind) && kind !== '') fail(at, `{{${kind} is not supported: no partials, blocks or other delimiters`);
    if (name === '' && kind !== '!') fail(at, 'a tag without a name');
    let from = place;
    let to = at;
    place = end + close.length;
    if (kind === '' || kind === '&' || raw) {
      if (to > from) children.push(template.slice(from, to));
      children.push({ kind, name, at });
      continue;
    }

    // A section's tag or a comment alone on its line takes the line with it.
    let lineStart = at;
    while (lineStart > from && (template[lineStart - 1] === ' ' || template[lineStart - 1] === '\t')) lineStart--;
    let lineEnd = place;
    while (template[lineEnd] === ' ' || template[lineEnd] === '\t') lineEnd++;
    if (template[lineEnd] === '\r' && template[lineEnd + 1] === '\n') lineEnd++;
    const starts = lineStart === 0 || template[lineStart - 1] === '\n';
    if (starts && (lineEnd === template.length || template[lineEnd] === '\n')) {
      to = lineStart;
      place = Math.min(template.length, lineEnd + 1);
    }
    if (to > from) children.push(template.slice(from, to));
    if (kind === '#' || kind === '^') {
      if (open.length > 100) fail(at, 'more than 100 sections within each other');
      const section = { kind, name, at, children: [] };
      children.push(section);
      open.push(section);
    } else if (kind === '/') {
      const section = open[open.length - 1];
      if (section === root) fail(at, `{{/${name}}} closes nothing`);
      if (section.name !== name) fail(at, `{{/${name}}} where {{/${section.name}}} was expected`);
      open.pop();
    }
  }
  if (open.length > 1) fail(open[open.length - 1].at, `{{${open[open.length - 1].kind}${open[open.length - 1].name}}} is never closed`);

  // Each tag rendered and each look into a value counts, for sections within sections may repeat each other.
  let steps = 0;
  const step = (at) => {
    steps++;
    if (steps > 300000) fail(at, 'more than 300,000 steps to render; repeat fewer or smaller lists');
  };
  const has = (value, key) => typeof value === 'object' && value !== null && Object.prototype.hasOwnProperty.call(value, key);
  const contexts = [data];
  const find = ({ name, at }) => {
    if (name === '.') return contexts[contexts.length - 1];
    const keys = name.split('.');
    let value;
    for (let i = contexts.length - 1; i >= 0; i--) {
      step(at);
      if (!has(contexts[i], keys[0])) continue;
      value = contexts[i][keys[0]];
      break;
    }
    for (let i = 1; i < keys.length; i++) {
      step(at);
      value = has(value, keys[i]) ? value[keys[i]] : undefined;
    }
    return value;
  };
  // Eight times as fast as a replace with a function.
  const escapes = [['&', '&amp;'], ['<', '&lt;'], ['>', '&gt;'], ['"', '&quot;'], ["'", '&#39;']];
  const escape = (text) => escapes.reduce((escaped, [character, entity]) => escaped.split(character).join(entity), text);
  const parts = [];
  let length = 0;
  const write = (text, at) => {
    length += text.length;
    if (length > limit) fail(at, 'the result is longer than 1,000,000 characters');
    parts.push(text);
  };
  // Stops at what is too long, before all of it is written.
  const json = (value, at) => {
    let room = limit - length;
    return JSON.stringify(value, (_, item) => {
      room -= typeof item === 'string' ? item.length : 1;
      if (room < 0) fail(at, 'the result is longer than 1,000,000 characters');
      return item;
    });
  };
  const render = (children, around) => {
    for (const child of children) {
      if (typeof child === 'string') {
        step(around);
        write(child, around);
        continue;
      }
      step(child.at);
      const value = find(child);
      if (child.children === undefined) {
        if (value === null || value === undefined) continue;
        const text = typeof value === 'object' ? json(value, child.at) : String(value);
        if (length + text.length > limit) fail(child.at, 'the result is longer than 1,000,000 characters');
        write(child.kind === '' ? escape(text) : text, child.at);
      } else if (child.kind === '^') {
        if (!value || (Array.isArray(value) && value.length === 0)) render(child.children, child.at);
      } else if (Array.isArray(value)) {
        for (const item of value) {
          step(child.at);
          contexts.push(item);
          render(child.children, child.at);
          contexts.pop();
        }
      } else if (value) {
        contexts.push(value);
        render(child.children, child.at);
        contexts.pop();
      }
    }
  };
  render(root.children, 0);

  const result = parts.join('');
  if (result.includes('\u0000')) throw new Error('render_template: the data hold U+0000, which no text of PostgreSQL can');
  return result.replace(/[\ud800-\udfff]/gu, '\ufffd');
$js$;

COMMENT ON FUNCTION :"schema".render_template(text, jsonb) IS
  'A mustache template filled with JSON; values are escaped for HTML unless in three braces. render_template(''Hello {{name}}!'', ''{"name": "Ann"}''::jsonb) is Hello Ann!';
