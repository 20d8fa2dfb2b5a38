/**
 * The attacks that each layer lets through when it stands alone, by name: the table is exact, and a test fails both for
 * one that is newly let through and for one that is newly held. "Let through" is every attack that was to be refused
 * and was not, whether or not it did any harm.
 */
export const LETS_THROUGH: Readonly<Record<string, string>> = {
  /**
   * Made by sql/roles.sql. It writes to no table; what gets through is what PostgreSQL gives everybody: settings,
   * advisory locks, messages, catalogs, sessions of the same role, time. And what was made for it: foreign tables whose
   * account writes, functions made later.
   */
  "reader role":
    "tx-05 tx-09 tx-12 tx-19 cp-08 wr-22 wr-24 wr-25 wr-30 wr-31 dz-02 dz-03 dz-13 dz-17 dz-18 rl-04 rl-05 rd-02 " +
    "rd-05 rd-06 rd-07 rd-17 rd-21 nw-05 ss-01 ss-02 ss-03 ss-05 ss-06 ss-07 ss-08 ss-10 ss-11 ss-12 ss-16 ss-17 " +
    "ot-01 rs-01 rs-02 rs-03 rs-06 rs-07 rs-10 rs-17 rs-18 rs-20 rs-23 rs-25 rs-26 rs-27 rs-30 rs-31 " +
    "tx-57 wr-57 wr-58 wr-63 dz-77 dz-81 dz-82 dz-83 dz-86 rd-50 rd-52 rd-53 rd-54 rd-55 rd-56 rd-57 rd-58 rd-60 " +
    "rd-61 rd-70 rd-72 rd-73 rd-74 nw-50 nw-51 nw-52 nw-53 ss-50 ss-52 ss-54 ot-50 ot-51 rs-50 rs-51 rs-54 " +
    "rs-56 rs-57 rs-60 nw-56 nw-57 nw-58 nw-59",
  /**
   * A role with SELECT and sql/revokes.sql, without sql/roles.sql: the database's own functions can all be called,
   * temporary tables can be made, and statements that need no privilege run.
   */
  revokes:
    "tx-05 tx-12 tx-19 cp-08 wr-25 wr-26 wr-30 wr-31 wr-35 wr-36 wr-37 wr-40 dz-09 rl-05 rd-02 rd-05 rd-15 rd-20 " +
    "rd-21 nw-05 ss-03 ss-05 ss-06 ss-07 rs-02 rs-03 rs-06 rs-07 rs-10 rs-21 rs-22 rs-23 rs-25 rs-30 rs-31 " +
    "tx-57 wr-53 wr-54 wr-56 wr-63 dz-50 dz-51 dz-52 dz-53 dz-54 dz-55 dz-56 dz-57 dz-58 dz-59 dz-60 dz-61 " +
    "dz-62 dz-63 dz-64 dz-65 dz-66 dz-67 dz-68 dz-69 dz-70 dz-71 dz-72 dz-73 dz-78 dz-80 dz-84 dz-85 rd-50 rd-52 " +
    "rd-53 rd-54 rd-57 rd-58 rd-61 rd-70 rd-73 nw-50 nw-51 nw-52 nw-53 nw-55 ss-50 ss-53 ss-54 rs-50 rs-51 " +
    "rs-54 rs-56 rs-59 rs-60 nw-56 nw-57 nw-58 nw-59",
  /** Both files: what is left needs no privilege at all, shows settings and definitions, takes time, or was made for it. */
  "reader role + revokes":
    "tx-05 tx-12 tx-19 cp-08 wr-25 wr-30 wr-31 rl-05 rd-02 rd-05 rd-21 nw-05 ss-03 ss-05 ss-06 ss-07 rs-02 rs-03 " +
    "rs-06 rs-07 rs-10 rs-23 rs-25 rs-30 rs-31 tx-57 wr-63 rd-50 rd-52 rd-53 rd-54 rd-57 rd-58 rd-61 " +
    "rd-70 rd-73 nw-50 nw-51 nw-52 nw-53 ss-50 ss-54 rs-50 rs-51 rs-54 rs-56 rs-60 nw-56 nw-57 nw-58 nw-59",
  /**
   * As the owner of everything, who may read every table: what it lets through takes time, is the owner's own, or calls a
   * function that no name in the SQL stands for.
   */
  gate: "rd-04 rd-15 rs-02 rs-03 rs-06 rs-07 rs-10 rs-23 rs-25 rs-31 rd-59 rd-62 rd-64 rs-50 rs-51 rs-54 rs-56 rs-60 ",
  /** As the owner: it only ever holds a second statement, and what the owner may not do either. */
  "extended protocol":
    "tx-05 tx-07 tx-09 tx-10 tx-12 cp-07 cp-08 wr-01 wr-02 wr-04 wr-05 wr-06 wr-07 wr-09 wr-10 wr-11 wr-12 wr-14 " +
    "wr-15 wr-16 wr-17 wr-19 wr-22 wr-24 wr-25 wr-26 wr-27 wr-29 wr-30 wr-31 wr-34 wr-35 wr-40 wr-41 wr-42 dz-02 " +
    "dz-03 dz-04 dz-05 dz-07 dz-08 dz-09 dz-10 dz-13 dz-14 dz-17 dz-18 rl-01 rl-04 rd-02 rd-04 rd-05 rd-06 rd-07 " +
    "rd-09 rd-15 rd-17 rd-20 rd-21 nw-01 nw-04 nw-05 nw-08 ss-01 ss-02 ss-03 ss-05 ss-06 ss-07 ss-08 ss-10 ss-11 " +
    "ss-12 ss-13 ss-16 ss-17 ot-01 tx-57 wr-50 wr-51 wr-53 wr-54 wr-56 wr-57 wr-58 wr-63 wr-72 wr-75 wr-76 wr-77 " +
    "wr-78 wr-79 wr-80 wr-82 wr-83 wr-84 dz-50 dz-51 dz-52 dz-53 dz-54 dz-55 dz-56 dz-57 dz-58 dz-59 dz-60 dz-61 " +
    "dz-62 dz-63 dz-64 dz-65 dz-66 dz-67 dz-68 dz-69 dz-70 dz-71 dz-72 dz-73 dz-74 dz-77 dz-78 dz-80 dz-81 dz-82 " +
    "dz-83 dz-84 dz-85 dz-86 dz-87 dz-88 dz-89 rd-50 rd-52 rd-53 rd-54 rd-55 rd-56 rd-57 rd-58 rd-59 rd-60 rd-61 " +
    "rd-62 rd-64 rd-70 rd-71 rd-72 rd-73 rd-74 nw-50 nw-51 nw-52 nw-53 nw-54 nw-55 ss-50 ss-52 ss-53 ss-54 ot-50 " +
    "ot-51 nw-56 nw-57 nw-58 nw-59",
  /** As the owner, by the simple protocol and with COMMIT: a second statement ends it, and much that does harm is allowed in it. */
  "read-only transaction":
    "tx-01 tx-02 tx-04 tx-05 tx-06 tx-09 tx-12 tx-14 tx-15 tx-16 tx-17 tx-19 cp-08 wr-06 wr-22 wr-24 wr-25 wr-29 " +
    "wr-30 wr-32 wr-36 wr-37 wr-40 wr-41 wr-42 dz-02 dz-03 dz-04 dz-05 dz-07 dz-08 dz-09 dz-10 dz-13 dz-17 dz-18 " +
    "rl-01 rl-04 rl-05 rd-02 rd-04 rd-05 rd-06 rd-07 rd-09 rd-15 rd-17 rd-20 rd-21 nw-01 nw-05 nw-08 ss-01 ss-02 " +
    "ss-03 ss-05 ss-06 ss-08 ss-10 ss-11 ss-12 ss-13 ss-16 ss-17 ot-01 tx-56 tx-57 wr-57 wr-58 wr-63 wr-82 dz-77 " +
    "dz-80 dz-81 dz-82 dz-83 dz-86 dz-87 dz-88 dz-89 rd-50 rd-52 rd-53 rd-54 rd-55 rd-56 rd-57 rd-58 rd-59 rd-60 " +
    "rd-61 rd-62 rd-64 rd-70 rd-71 rd-72 rd-73 rd-74 nw-50 nw-51 nw-52 nw-53 nw-54 nw-55 ss-50 ss-52 ss-54 ot-50 ot-51 " +
    "nw-56 nw-57 nw-58 nw-59",
  /** Every attack on time, memory and size ends, with execute() as the owner. */
  limits: "",
  /** A password that is changed keeps the next user out; see LEAVES_TRACES for what the layer is for. */
  "sessions used once": "wr-37",
};

/** The attacks that leave something in a session, for whoever would use it next: why each session is used once. */
export const LEAVES_TRACES =
  "tx-04 tx-05 tx-06 tx-07 tx-09 wr-09 wr-10 wr-26 wr-27 wr-40 dz-18 ss-01 ss-02 ss-03 ss-05 ss-08 ss-10 ss-11 " +
  "ss-12 ss-13 ss-16 ss-17 tx-57 dz-75 dz-76 dz-81 dz-86 nw-54 ss-50 ss-53";
