import { TEXTS } from "./texts.ts";

/** Values of one type, in PostgreSQL's text form. */
export interface TypeValues {
  /** The type, as SQL casts to it. */
  type: string;
  values: readonly string[];
  /** True where Dataclips writes PostgreSQL's text form as a string, and to_json something of its own. */
  textInJson?: boolean;
  /** True for a type that jsonb or to_jsonb would not take: json with escapes of NUL. */
  notInJsonb?: boolean;
}

/** Types of the tests' own; run once on the primary. */
export const VALUES_SETUP = `
  CREATE TYPE odd_label AS ENUM ('a,b', 'say "x"', ' ', E'line\\nbreak', 'NULL', 'plain', '{}', E'back\\\\slash');
  CREATE TYPE nested_pair AS (p pair, list int[], "odd ""name""" text);
  CREATE TYPE no_fields AS ();
  CREATE DOMAIN shout AS text CHECK (VALUE = upper(VALUE));
  CREATE DOMAIN ints AS int[];
  CREATE DOMAIN very_positive AS positive;
  CREATE DOMAIN moment AS timestamptz;
  CREATE DOMAIN document AS jsonb;
  CREATE DOMAIN a_pair AS pair;
  CREATE DOMAIN "odd ""domain"", yes" AS numeric(6, 2);
  CREATE TYPE word_range AS RANGE (subtype = text);
  CREATE TYPE point_range AS RANGE (subtype = float8);
`;

const NUMBERS: TypeValues[] = [
  { type: "int2", values: ["-32768", "32767", "0", "-1"] },
  { type: "int4", values: ["-2147483648", "2147483647", "0", "7"] },
  { type: "int8", values: ["-9223372036854775808", "9223372036854775807", "9007199254740993", "0"] },
  {
    type: "numeric",
    values: [
      ...["NaN", "Infinity", "-Infinity", "0", "0.00", "-0.10", "1.50", "100", "1e-30", "-1e-1000", "1e1000"],
      ...["9".repeat(300), "-12345678901234567890.123456789012345678901234567890", "0.1"],
    ],
  },
  { type: "numeric(10, 3)", values: ["1", "-1.5", "0.0005", "9999999.999"] },
  {
    type: "float4",
    values: ["NaN", "Infinity", "-Infinity", "-0", "0", "0.1", "3.4028235e38", "1e-45", "1e10", "16777217"],
  },
  {
    type: "float8",
    values: [
      ...["NaN", "Infinity", "-Infinity", "-0", "0", "0.1", "1e300", "-1e300", "5e-324", "1.7976931348623157e308"],
      ...["1e15", "1e16", "123456.789", "0.30000000000000004", "1e-7"],
    ],
  },
  { type: "money", values: ["0", "1234.56", "-92233720368547758.08", "92233720368547758.07"] },
  { type: "bool", values: ["true", "false"] },
];

const STRINGS: TypeValues[] = [
  { type: "text", values: TEXTS },
  { type: "varchar(12)", values: ["", "varchar", "a,b", "  "] },
  { type: "char(5)", values: ["", "a", " b", "12345", "é"] },
  { type: "bpchar", values: ["", "ab  ", '"'] },
  { type: "name", values: ["", "a name", 'odd,"name"', "n".repeat(63)] },
  { type: '"char"', values: ["", "a", ",", '"', "\n", "\\", "é", "\\377"] },
  { type: "bytea", values: ["", "\\x00ff", "\\x5c2e", "\\x22", "abc"] },
  { type: "xml", values: ["<a>1</a>", '<a b="c">\n  x, y</a>', "text", "<a/><b/>"] },
  {
    type: "json",
    notInJsonb: true,
    values: [
      ...["null", "true", "1", '"text"', "[]", "{}", '{"a": 1, "a": 2}', '{"b":[1,{"c":null}],  "a":"x"}'],
      ...['{\n  "a": 1,\r\n\t"b": [\n1\r, 2]\n}', "1e5", "-0", "1.10", "123456789012345678901234567890", "1E400"],
      ...[
        '"\\u0000"',
        '"\\u00e9\\ud83d\\ude00"',
        '"a\\nb\\"c\\\\d\\/"',
        '"\u2028\u007fé😀"',
        ' \n "padded" \n ',
        '"NULL"',
      ],
    ],
  },
  {
    type: "jsonb",
    values: [
      ...["null", "false", "1.10", '"text"', "[]", "{}", '{"a": 1, "a": 2}', '{"b":[1,{"c":null}],"a":"x,y"}'],
      ...[
        "1e5",
        "123456789012345678901234567890.5",
        '"\\u00e9\\ud83d\\ude00"',
        '"a\\nb\\"c\\\\d"',
        '"\\u0001\\u001f\\u007f"',
      ],
      ...['{"": [], "k\\n": {"deep": [[[{"er": "x"}]]]}}', '"NULL"', '"{}"'],
    ],
  },
  { type: "jsonpath", values: ['$."a"[*]?(@ > 1)', "strict $", '$."a,b"'] },
  { type: "tsvector", values: ["", "a fat cat", "'it''s':1A,2B 'back\\\\slash':3 'comma,'", "'say \"x\"'"] },
  { type: "tsquery", values: ["", "fat & !rat | (a <-> b:*)", "'a,b' <2> c:AB", "'say \"x\"'"] },
];

const MOMENTS = [
  ...[
    "infinity",
    "-infinity",
    "2013-11-27 09:30:00",
    "2024-02-29 23:59:59.999999",
    "2000-01-01",
    "1999-12-31 12:00:00.5",
  ],
  ...["0044-03-15 12:00:00 BC", "4713-01-01 00:00:00 BC", "0001-01-01", "10000-01-01 00:00:00.000001", "9999-12-31"],
  "294276-12-31 23:59:59.999999",
];
const DATES = ["infinity", "-infinity", "0044-03-15 BC", "4713-01-01 BC", "5874897-12-31", "2024-02-29", "10000-01-01"];

const TIMES: TypeValues[] = [
  { type: "date", values: DATES },
  { type: "time", values: ["00:00", "24:00:00", "23:59:59.999999", "12:34:56.7"] },
  { type: "time(0)", values: ["12:34:56.7"] },
  { type: "timetz", values: ["00:00+00", "24:00:00-15:59", "23:59:59.999999+15:59:59", "12:00+05:30"] },
  { type: "timestamp", values: MOMENTS },
  { type: "timestamp(3)", values: ["2024-02-29 23:59:59.9994"] },
  { type: "timestamptz", values: [...MOMENTS, "2024-07-01 12:00:00+05:30"] },
  {
    type: "interval",
    values: [
      ...["0", "1 year -2 mons 3 days -04:05:06.789", "-1 day", "178000000 years", "1 mon -1 sec", "00:00:00.000001"],
      ...["-00:00:00.1", "1 day 25:00:00", "-178000000 years", "1 week", "infinity", "-infinity"],
    ],
  },
  { type: "moment", values: ["2013-11-27 09:30:00", "infinity", "0044-03-15 12:00:00 BC"] },
];

const NETWORK_AND_BITS: TypeValues[] = [
  { type: "uuid", values: ["00000000-0000-0000-0000-000000000000", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"] },
  { type: "inet", values: ["192.168.0.1/24", "10.0.0.1", "::1", "2001:db8::1/32", "0.0.0.0/0"] },
  { type: "cidr", values: ["192.168.0.0/24", "::/0", "10.0.0.1/32"] },
  { type: "macaddr", values: ["08:00:2b:01:02:03"] },
  { type: "macaddr8", values: ["08:00:2b:01:02:03:04:05"] },
  { type: "bit(3)", values: ["101", "000"] },
  { type: "varbit", values: ["", "10101", "1".repeat(70)] },
];

const SHAPES: TypeValues[] = [
  { type: "point", values: ["(1.5,-2)", "(NaN,Infinity)", "(-0,1e300)"] },
  { type: "line", values: ["{1,-1,0}", "{0,-1,2.5}"] },
  { type: "lseg", values: ["[(0,0),(1,1)]"] },
  { type: "box", values: ["(1,1),(0,0)", "(3,3),(2.5,-2)"] },
  { type: "path", values: ["((0,0),(1,1),(2,0))", "[(0,0),(1,1)]"] },
  { type: "polygon", values: ["((0,0),(1,1),(2,0))"] },
  { type: "circle", values: ["<(0,0),1>"] },
];

const SYSTEM: TypeValues[] = [
  { type: "oid", values: ["0", "4294967295"] },
  { type: "regclass", values: ["pg_class", "app.canary", "0", "4294967295"] },
  { type: "regtype", values: ["int4", "timestamptz", "_text"] },
  { type: "regproc", values: ["now", "-"] },
  { type: "regprocedure", values: ["abs(int4)"] },
  { type: "regoperator", values: ["+(int4,int4)"] },
  { type: "regnamespace", values: ["app"] },
  { type: "regrole", values: ["dataclips_reader"] },
  { type: "regconfig", values: ["english"] },
  { type: "regcollation", values: ['"C"'] },
  { type: "xid", values: ["0", "4294967295"] },
  { type: "xid8", values: ["0", "18446744073709551615"] },
  { type: "cid", values: ["7"] },
  { type: "tid", values: ["(0,1)", "(4294967295,65535)"] },
  { type: "pg_lsn", values: ["16/B374D848", "0/0"] },
  { type: "pg_snapshot", values: ["10:20:10,14,15"] },
  { type: "txid_snapshot", values: ["10:20:"] },
  { type: "aclitem", values: ["postgres=rw*/postgres", "=r/postgres"] },
  { type: "refcursor", values: ["a cursor"] },
];

const MADE: TypeValues[] = [
  { type: "odd_label", values: ["a,b", 'say "x"', " ", "line\nbreak", "NULL", "plain", "{}", "back\\slash"] },
  { type: "mood", values: ["sad", "ok"] },
  {
    type: "pair",
    textInJson: true,
    values: ["(1,x)", "(,)", '(,"")', '(-1,"a, ""b"" \\\\ (c)")', '(2,"line\nbreak")', "(3,NULL)", '(4," ")'],
  },
  {
    type: "nested_pair",
    textInJson: true,
    values: ['("(1,""a, b"")","{1,2,NULL}",x)', "(,,)", '("(,)",{},"é ""😀"" \\\\")'],
  },
  { type: "no_fields", textInJson: true, values: ["()"] },
  { type: "a_pair", textInJson: true, values: ["(1,x)"] },
  { type: "positive", values: ["1", "2147483647"] },
  { type: "very_positive", values: ["1"] },
  { type: "shout", values: ["", "HEY, YOU", 'SAY "X"', "NULL"] },
  { type: "document", values: ['{"a": [1, "x, y"]}', "null"] },
  { type: '"odd ""domain"", yes"', values: ["1.5", "-9999.99"] },
];

const RANGES: TypeValues[] = [
  { type: "int4range", values: ["empty", "[1,5)", "(,)", "[,5]", "[-3,)"] },
  { type: "int8range", values: ["empty", "[9007199254740993,9223372036854775806]"] },
  { type: "numrange", values: ["empty", "[1.0,2.50]", "(-Infinity,0.1)"] },
  { type: "daterange", values: ["empty", "[2024-02-29,infinity)", '["0044-03-15 BC",2000-01-01]'] },
  { type: "tsrange", values: ['["2020-01-01 00:00","2020-01-02 00:00:00.5")', "(,infinity]"] },
  { type: "tstzrange", values: ['["2020-01-01 00:00+02","2020-01-02 00:00+02"]', "empty"] },
  { type: "word_range", values: ['["a,b","c""d"]', "[a,)", '["",b)', "empty", '["back\\\\slash",z]'] },
  { type: "point_range", values: ["[-Infinity,0.1]", "[1e300,NaN]"] },
  { type: "int4multirange", values: ["{}", "{[1,3),[5,7)}", "{(,)}"] },
  { type: "int8multirange", values: ["{[1,3)}"] },
  { type: "nummultirange", values: ["{[1.0,2.5],(3,4)}"] },
  { type: "datemultirange", values: ["{[2024-02-29,infinity)}"] },
  { type: "tsmultirange", values: ['{["2020-01-01 00:00","2020-01-02 00:00")}'] },
  { type: "tstzmultirange", values: ['{["2020-01-01 00:00+02","2020-01-02 00:00+02"]}'] },
  { type: "word_multirange", values: ['{["a,b","c""d"]}', "{}"] },
];

/** Every built-in type that a column can have, and types made of them, with values at their edges. */
export const VALUES: readonly TypeValues[] = [
  ...NUMBERS,
  ...STRINGS,
  ...TIMES,
  ...NETWORK_AND_BITS,
  ...SHAPES,
  ...SYSTEM,
  ...MADE,
  ...RANGES,
];
