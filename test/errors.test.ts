import { expect, test } from "vitest";
import { AppError, type ErrorCode, errorBody, toAppError } from "../src/errors.ts";

const STATUSES: Record<ErrorCode, number> = {
  invalid_request: 400,
  not_read_only: 400,
  invalid_parameter: 400,
  unauthorized: 401,
  password_required: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  no_primary: 409,
  run_cancelled: 409,
  too_many_requests: 429,
  precondition_failed: 412,
  request_too_large: 413,
  range_not_satisfiable: 416,
  query_failed: 422,
  internal_error: 500,
  not_on_workers: 501,
  provider_failed: 502,
  database_busy: 503,
  no_follower: 503,
  primary_lost: 503,
  follower_lost: 503,
  follower_damaged: 503,
  recovery_conflict: 503,
  store_failed: 503,
  query_timeout: 504,
};

test.each(Object.entries(STATUSES))("the code %s is status %i", (code, status) => {
  expect(new AppError(code as ErrorCode, "…").status).toBe(status);
});

test("an error's body says what is known, and leaves out the rest", () => {
  expect(errorBody(new AppError("not_found", "There is none."))).toStrictEqual({
    error: { code: "not_found", message: "There is none." },
  });
  const cause = new Error("insert into clips values ('secret')");
  const full = new AppError("query_failed", "No such column.", {
    hint: "Check it.",
    position: 8,
    sqlstate: "42703",
    retryAfterSeconds: 2,
    cause,
  });
  expect(errorBody(full)).toStrictEqual({
    error: { code: "query_failed", message: "No such column.", hint: "Check it.", position: 8, sqlstate: "42703" },
  });
  expect(full.cause).toBe(cause);
});

test("what is not an AppError says nothing of itself, and is kept for the log", () => {
  const thrown = new Error("Failed query: select secret from clips\nparams: 42");
  const error = toAppError(thrown);
  expect(errorBody(error)).toStrictEqual({
    error: {
      code: "internal_error",
      message: "Something went wrong inside Dataclips.",
      hint: "Try again. If it happens again, the server's log says more.",
    },
  });
  expect(error.cause).toBe(thrown);
  const own = new AppError("conflict", "…");
  expect(toAppError(own)).toBe(own);
});

test.each([undefined, null, "text", 7])("%s, when it is thrown, is an internal error", (thrown) => {
  expect(toAppError(thrown).code).toBe("internal_error");
});
