import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { methodNotAllowed } from "hono/method-not-allowed";
import { secureHeaders } from "hono/secure-headers";
import type { Deps } from "./deps.ts";
import { AppError } from "./errors.ts";
import { createCounters } from "./rate-counter.ts";
import { createSignInLimits } from "./people/sign-in-limits.ts";
import { createExaminations } from "./databases/examinations.ts";
import { createComparer } from "./results/compare/comparer.ts";
import { accountPage } from "./routes/account-page.ts";
import { apiAccount } from "./routes/api-account.ts";
import { apiAudit } from "./routes/api-audit.ts";
import { apiClipEditors } from "./routes/api-clip-editors.ts";
import { apiClips } from "./routes/api-clips.ts";
import { apiCompare } from "./routes/api-compare.ts";
import { apiDatabaseStatus } from "./routes/api-database-status.ts";
import { apiDatabases } from "./routes/api-databases.ts";
import { apiKeys } from "./routes/api-keys.ts";
import { apiLinks } from "./routes/api-links.ts";
import { apiParameters } from "./routes/api-parameters.ts";
import { apiQueries } from "./routes/api-queries.ts";
import { apiSchema } from "./routes/api-schema.ts";
import { apiMaterialized } from "./routes/api-materialized.ts";
import { apiExplain } from "./routes/api-explain.ts";
import { apiHelpers } from "./routes/api-helpers.ts";
import { apiClipResults } from "./routes/api-results.ts";
import { apiClipRuns, apiRuns } from "./routes/api-runs.ts";
import { apiClipShares, apiShares } from "./routes/api-shares.ts";
import { assets } from "./routes/assets.ts";
import { auditPage } from "./routes/audit-page.ts";
import { apiInvitations, apiPeople } from "./routes/api-people.ts";
import { apiTeams } from "./routes/api-teams.ts";
import { authorize } from "./routes/authorize.ts";
import { chartForm } from "./routes/chart-form.ts";
import { clipCharts, shareCharts } from "./routes/chart-images.ts";
import { clipFormPages } from "./routes/clip-form-pages.ts";
import { clipList } from "./routes/clip-list.ts";
import { clipPages } from "./routes/clip-pages.ts";
import { clipResults } from "./routes/clip-results.ts";
import { comparePage } from "./routes/compare-page.ts";
import { apiFavourites, favouriteForms } from "./routes/favourites.ts";
import { databasePage } from "./routes/database-page.ts";
import { embedPages } from "./routes/embed-pages.ts";
import { embedScript } from "./routes/embed-script.ts";
import type { Env } from "./routes/env.ts";
import { explainPage } from "./routes/explain-page.ts";
import { helpersPage } from "./routes/helpers-page.ts";
import { invitationPage } from "./routes/invitation-page.ts";
import { identify } from "./routes/identify.ts";
import { keysPage } from "./routes/keys-page.ts";
import { materializedForms } from "./routes/materialized-forms.ts";
import { linksPage } from "./routes/links-page.ts";
import { allowFrames } from "./routes/allow-frames.ts";
import { newSharePage } from "./routes/new-share-page.ts";
import { MAX_BODY_BYTES } from "./routes/read-body.ts";
import { serveHot } from "./routes/hot-responses.ts";
import { oembed } from "./routes/oembed.ts";
import { oidcSignIn } from "./routes/oidc-sign-in.ts";
import { peoplePage } from "./routes/people-page.ts";
import { apiTable, tablePage } from "./routes/table-page.ts";
import { teamsPage } from "./routes/teams-page.ts";
import { resultsPage } from "./routes/results-page.ts";
import { allowScript } from "./routes/page-script.ts";
import { schemaPage } from "./routes/schema-page.ts";
import { sendError } from "./routes/send-error.ts";
import { setUp } from "./routes/set-up.ts";
import { createShareDoor } from "./routes/share-door.ts";
import { shareList } from "./routes/share-list.ts";
import { sharePages } from "./routes/share-pages.ts";
import { shareProgress } from "./routes/share-progress.ts";
import { BY_SECRET, BY_SIGNATURE } from "./routes/share-ways.ts";
import { signIn } from "./routes/sign-in.ts";
import { twoFactorPage } from "./routes/two-factor-page.ts";
import { twoFactorStep } from "./routes/two-factor-step.ts";

/** The application: middleware, routes, one shape of errors. It does no I/O of its own and reads no environment. */
export function createApp(deps: Deps): Hono<Env> {
  const counters = deps.counters ?? createCounters();
  const app = new Hono<Env>();
  const https = deps.publicUrl?.startsWith("https:") ?? false;

  app.use(allowScript);
  // Before the secure headers, so that it comes after them on the way back.
  app.use(allowFrames);
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
      // Not no-referrer: browsers would post forms with "Origin: null", which is no proof of where they come from.
      referrerPolicy: "same-origin",
      xFrameOptions: "DENY",
      crossOriginResourcePolicy: false,
      // Browsers ignore these over plain http, and complain of each on every page.
      crossOriginOpenerPolicy: https,
      originAgentCluster: https,
      strictTransportSecurity: https,
    }),
  );
  app.use(async (c, next) => {
    await next();
    if (!c.res.headers.has("Cache-Control")) c.header("Cache-Control", "private, no-cache");
    // A response to HEAD has no body to be read: let go of what would have made it.
    if (c.req.method === "HEAD") await c.res.body?.cancel();
  });
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const error = new AppError("method_not_allowed", `${c.req.method} does not work here.`, {
          hint: `This address takes ${methods.join(", ")}.`,
        });
        c.header("Allow", methods.join(", "));
        return sendError(c, error);
      },
    }),
  );
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: (c) => {
        // The rest of the body is not read: nothing else can come on this connection.
        c.header("Connection", "close");
        throw new AppError("request_too_large", `The request is larger than ${MAX_BODY_BYTES / 1024 / 1024} MiB.`, {
          hint: "A clip's SQL may have 100,000 bytes.",
        });
      },
    }),
  );

  app.route("/assets", assets(deps));
  app.route("/", embedScript(deps));
  app.use(identify(deps));
  app.use(authorize(deps));
  const signInLimits = createSignInLimits(counters);
  app.route("/sign-in/two-factor", twoFactorStep(deps, signInLimits));
  app.route("/sign-in/oidc", oidcSignIn(deps, counters));
  app.route("/sign-in", signIn(deps, signInLimits));
  app.route("/set-up", setUp(deps));
  app.route("/invitations", invitationPage(deps));
  const bySecret = createShareDoor(deps, counters, BY_SECRET);
  const bySignature = createShareDoor(deps, counters, BY_SIGNATURE);
  app.route("/shares", shareCharts(deps, bySecret));
  app.route("/embeds", shareCharts(deps, bySignature));
  app.route("/shares", sharePages(deps, bySecret));
  app.route("/embeds", sharePages(deps, bySignature));
  app.route("/shares", embedPages(deps, bySecret));
  app.route("/embeds", embedPages(deps, bySignature));
  app.route("/shares", shareProgress(deps, bySecret));
  app.route("/embeds", shareProgress(deps, bySignature));
  app.route("/", oembed(deps, { shares: bySecret, embeds: bySignature }));

  const examine = createExaminations(deps.databases.all);
  app.route("/api/databases", apiDatabases(deps));
  app.route("/api/databases", apiDatabaseStatus(deps, examine));
  app.route("/api/databases", apiHelpers(deps));
  app.route("/api/databases", apiLinks(deps));
  app.route("/api/databases", apiSchema());
  app.route("/api/databases", apiQueries(deps));
  app.route("/api/databases", apiParameters());
  app.route("/api/databases", apiExplain(deps));
  app.route("/api/databases", apiTable(deps));
  app.route("/api/clips", apiClips(deps));
  app.route("/api/clips", apiClipRuns(deps));
  app.route("/api/clips", apiClipEditors(deps));
  app.route("/api/clips", apiClipShares(deps));
  app.route("/api/clips", apiMaterialized(deps));
  app.route("/api/clips", apiFavourites(deps));
  const comparer = createComparer();
  app.route("/api/clips", apiCompare(deps, comparer));
  app.route("/api/clips", apiClipResults(deps));
  app.route("/api/runs", apiRuns(deps));
  app.route("/api/shares", apiShares(deps));
  app.route("/api/people", apiPeople(deps));
  app.route("/api/invitations", apiInvitations(deps));
  app.route("/api/teams", apiTeams(deps));
  app.route("/people", peoplePage(deps));
  app.route("/teams", teamsPage(deps));
  app.route("/api/keys", apiKeys(deps));
  app.route("/api", apiAudit(deps));
  app.route("/api/account", apiAccount());
  app.route("/account/keys", keysPage(deps));
  app.route("/account/two-factor", twoFactorPage(deps, signInLimits));
  app.route("/account", accountPage(deps, signInLimits));
  app.route("/audit", auditPage(deps));
  app.route("/share-list", shareList(deps));
  app.route("/databases", databasePage(deps, examine));
  app.route("/databases", helpersPage(deps));
  app.route("/databases", linksPage(deps));
  app.route("/databases", schemaPage());
  app.route("/databases", tablePage(deps));
  app.route("/", clipResults(deps));
  app.route("/", clipCharts(deps));
  app.route("/", chartForm(deps));
  app.route("/", comparePage(deps, comparer));
  app.route("/", clipFormPages(deps));
  app.route("/", clipList(deps));
  app.route("/", explainPage(deps));
  app.route("/", clipPages(deps));
  app.route("/", favouriteForms(deps));
  app.route("/", materializedForms(deps));
  app.route("/", newSharePage());
  app.route("/", resultsPage(deps));

  // Not thrown: methodNotAllowed looks at the 404 of an address that is there with another method.
  app.notFound((c) =>
    sendError(
      c,
      new AppError("not_found", "There is nothing at this address.", { hint: "Check it for a typing error." }),
    ),
  );
  app.onError((error, c) => sendError(c, error, deps));
  serveHot(app, deps);
  return app;
}
