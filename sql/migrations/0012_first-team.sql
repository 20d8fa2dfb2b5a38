-- The team of every clip that is there already; its id is 1, which is what new clips get that name no team.
INSERT INTO "teams" ("name") VALUES ('Everyone');
--> statement-breakpoint
-- Nobody changes what the audit says, not even by accident: rows are added, and the retention rule removes what is too
-- old, in a transaction that says so.
CREATE FUNCTION "refuse_audit_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('dataclips.audit_retention', true) = 'on' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'audit events are only added, and removed by the retention rule alone';
END $$;
--> statement-breakpoint
CREATE TRIGGER "audit_events_append_only" BEFORE UPDATE OR DELETE ON "audit_events" FOR EACH ROW
  EXECUTE FUNCTION "refuse_audit_change"();
--> statement-breakpoint
CREATE TRIGGER "audit_events_no_truncate" BEFORE TRUNCATE ON "audit_events" FOR EACH STATEMENT
  EXECUTE FUNCTION "refuse_audit_change"();
