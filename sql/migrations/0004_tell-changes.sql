-- Servers remember what a share shows for as long as nothing of its clip changes. These triggers tell them: a
-- notification goes out when the change is committed, whoever makes it, and in the order of the commits.
CREATE FUNCTION "tell_clip_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('dataclips_changes', 'clip ' || (to_jsonb(OLD) ->> TG_ARGV[0]));
  RETURN NULL;
END $$;
--> statement-breakpoint
-- Giving out a result's number changes nothing that is shown.
CREATE TRIGGER "clips_tell_update" AFTER UPDATE ON "clips" FOR EACH ROW
  WHEN (OLD."last_result" = NEW."last_result") EXECUTE FUNCTION "tell_clip_change"('id');
--> statement-breakpoint
CREATE TRIGGER "clips_tell_delete" AFTER DELETE ON "clips" FOR EACH ROW EXECUTE FUNCTION "tell_clip_change"('id');
--> statement-breakpoint
CREATE TRIGGER "shares_tell" AFTER UPDATE OR DELETE ON "shares" FOR EACH ROW
  EXECUTE FUNCTION "tell_clip_change"('clip_id');
--> statement-breakpoint
-- Sealed: there is a newer one.
CREATE TRIGGER "results_tell_update" AFTER UPDATE ON "results" FOR EACH ROW
  WHEN (OLD."sealed_at" IS DISTINCT FROM NEW."sealed_at") EXECUTE FUNCTION "tell_clip_change"('clip_id');
--> statement-breakpoint
CREATE TRIGGER "results_tell_delete" AFTER DELETE ON "results" FOR EACH ROW
  WHEN (OLD."sealed_at" IS NOT NULL) EXECUTE FUNCTION "tell_clip_change"('clip_id');
