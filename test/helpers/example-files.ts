import { type HelperFile, parseHelperFile } from "../../src/helpers/helper-files.ts";

/** A helper of one function of one argument. */
export function exampleFile(
  name: string,
  { argument = "n int", type = "int", result = "int", body = "return n;", comment = `What ${name} does.` } = {},
): HelperFile {
  return parseHelperFile(
    name,
    `-- ${name}(${argument}) returns ${result}
CREATE OR REPLACE FUNCTION :"schema".${name}(${argument}) RETURNS ${result}
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  ${body}
$js$;

COMMENT ON FUNCTION :"schema".${name}(${type}) IS '${comment}';
`,
  );
}

/** A helper that is an aggregate, with the function that it needs. @param state its state's type, which it returns */
export function exampleAggregate(name: string, { state = "float8", step = `${name}_state` } = {}): HelperFile {
  return parseHelperFile(
    name,
    `-- ${name}(n int) returns ${state}
CREATE OR REPLACE FUNCTION :"schema".${step}(state ${state}, n int) RETURNS ${state}
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  return state + n;
$js$;

CREATE OR REPLACE AGGREGATE :"schema".${name}(int) (
  SFUNC = :"schema".${step},
  STYPE = ${state},
  INITCOND = '0'
);

COMMENT ON AGGREGATE :"schema".${name}(int) IS 'What ${name} sums.';
`,
  );
}
