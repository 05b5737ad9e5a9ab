-- Activity: who did what, from where, and what it changed (src/features/activity/README.md; docs/decisions/0017). Written by the functions below and by nothing
-- else: vouch_app may only read it. Entry, changes and leaf are of the transaction of the change, whoever forgot what.

create table activity_entry (
  org_id uuid not null references organisation (id),
  id bigint generated always as identity,
  -- What activity_change's rows refer to.
  activity uuid not null,
  time timestamptz not null,
  -- user:<id>, operator, system, or anonymous (somebody who is not signed in).
  actor text not null,
  -- The API's operationId, a kind of job, or a command.
  operation text not null,
  outcome text not null check (outcome in ('done', 'refused', 'failed')),
  -- A feature's noun and the id of its record; empty when it was about none.
  subject_kind text not null,
  subject text not null,
  address text,
  agent text,
  session text,
  salt bytea not null check (octet_length(salt) = 32),
  -- SHA-256(salt ‖ canonical JSON of the above and of the changes' hash): what the leaf commits to.
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  ledger_entry_id bigint not null,
  primary key (org_id, id),
  unique (org_id, activity),
  unique (org_id, ledger_entry_id),
  foreign key (org_id, ledger_entry_id) references ledger_entry (org_id, id)
);
create index on activity_entry (org_id, actor, id);
create index on activity_entry (org_id, operation, id);
create index on activity_entry (org_id, subject, id);
create index on activity_entry (org_id, time);
call tenant_table('activity_entry', 'select');

create table activity_change (
  org_id uuid not null references organisation (id),
  id bigint generated always as identity,
  activity uuid not null,
  subject_table text not null,
  subject text not null,
  verb text not null check (verb in ('insert', 'update', 'delete')),
  -- The columns that are recorded; of an update those that changed. As text, for the digest is over these bytes.
  before text,
  after text,
  primary key (org_id, id)
);
create index on activity_change (org_id, activity, id);
create index on activity_change (org_id, subject, id);
call tenant_table('activity_change', 'select');

-- What the changes of an activity hash to: a line for each, {"after","before","subject","table","verb"} as canonical JSON, with before and after as texts.
create function activity_changes_hash(org uuid, which uuid) returns text language sql stable set search_path = public, pg_temp as $$
  select encode(sha256(convert_to(coalesce(string_agg(
    format('{"after":%s,"before":%s,"subject":%s,"table":%s,"verb":%s}' || chr(10),
      coalesce(to_json(after)::text, 'null'), coalesce(to_json(before)::text, 'null'), to_json(subject), to_json(subject_table), to_json(verb)),
    '' order by id), ''), 'UTF8')), 'hex')
  from activity_change where org_id = org and activity = which $$;

-- Writes the entry of the transaction's present activity, with its leaf. Who, what and from where is in app.deed, which the program sets; without it it was the system.
create function record_activity(org uuid, outcome text) returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
  which uuid := coalesce(nullif(current_setting('app.activity', true), '')::uuid, gen_random_uuid());
  deed jsonb := coalesce(nullif(current_setting('app.deed', true), '')::jsonb, '{"actor": "system", "operation": "database.change"}');
  entry bigint := nextval(pg_get_serial_sequence('activity_entry', 'id'));
  -- To the millisecond: what leaves say.
  moment timestamptz := date_trunc('milliseconds', app_now());
  said text := to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  fact_salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  about_kind text := coalesce(deed ->> 'subject_kind', '');
  about text := coalesce(deed ->> 'subject', '');
  digest text;
  fact text;
  leaf_id bigint;
begin
  if about = '' then
    -- What was made has its id only now.
    select case about_kind when '' then split_part(subject_table, '_', 1) else about_kind end, subject into about_kind, about
      from activity_change where org_id = org and activity = which order by id limit 1;
    about_kind := coalesce(about_kind, deed ->> 'subject_kind', '');
    about := coalesce(about, '');
  end if;
  digest := encode(sha256(salt || convert_to(format(
    '{"actor":%s,"address":%s,"agent":%s,"changes":%s,"entry":%s,"operation":%s,"outcome":%s,"session":%s,"subject":%s,"subject_kind":%s,"time":%s}',
    to_json(deed ->> 'actor'), coalesce(to_json(deed ->> 'address')::text, 'null'), coalesce(to_json(deed ->> 'agent')::text, 'null'),
    to_json(activity_changes_hash(org, which)), entry, to_json(deed ->> 'operation'), to_json(outcome),
    coalesce(to_json(deed ->> 'session')::text, 'null'), to_json(about), to_json(about_kind), to_json(said)), 'UTF8')), 'hex');
  fact := format('{"digest":%s,"entry":%s,"operation":%s,"outcome":%s}', to_json(digest), entry, to_json(deed ->> 'operation'), to_json(outcome));
  insert into ledger_entry (org_id, kind, time, actor, subject, leaf) values (org, 'activity.recorded', moment, deed ->> 'actor', entry::text, format(
    '{"actor":%s,"commitment":%s,"kind":"activity.recorded","subject":%s,"time":%s}',
    to_json(deed ->> 'actor'), to_json(encode(sha256(fact_salt || convert_to(fact, 'UTF8')), 'hex')), to_json(entry::text), to_json(said)))
    returning id into leaf_id;
  insert into ledger_opening (org_id, entry_id, salt, content) values (org, leaf_id, fact_salt, fact);
  insert into ledger_queue (org_id, entry_id) values (org, leaf_id);
  insert into activity_entry (org_id, id, activity, time, actor, operation, outcome, subject_kind, subject, address, agent, session, salt, digest, ledger_entry_id)
    overriding system value
    values (org, entry, which, moment, deed ->> 'actor', deed ->> 'operation', outcome, about_kind, about,
      deed ->> 'address', deed ->> 'agent', deed ->> 'session', salt, digest, leaf_id);
  -- What changes from here on in the same transaction is another activity: this one is sealed.
  perform set_config('app.activity', '', true);
  perform pg_notify('vouch_change', jsonb_build_object('orgId', org, 'topic', 'activity.entry', 'id', entry::text)::text);
  perform pg_notify('vouch_change', jsonb_build_object('orgId', org, 'topic', 'ledger.pending', 'id', org::text)::text);
  return entry;
end $$;
revoke execute on function record_activity(uuid, text) from public;

-- For vouch_app: records what the transaction of its organisation did. With `only_changes` only if it changed what is recorded; null when it did not.
create function record_deed(outcome text, only_changes boolean) returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if app_org() is null then
    raise exception 'an activity is of an organisation' using errcode = 'insufficient_privilege';
  end if;
  if only_changes and nullif(current_setting('app.activity', true), '') is null then return null; end if;
  return record_activity(app_org(), outcome);
end $$;
revoke execute on function record_deed(text, boolean) from public;
grant execute on function record_deed(text, boolean) to vouch_app;

-- Notes what a row was and is. The arguments are the columns that are recorded, a leading ~ meaning: only when it changes, for what is long and shipped with Vouch.
create function record_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  old_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  new_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  any_row jsonb := coalesce(to_jsonb(new), to_jsonb(old));
  org uuid := coalesce(any_row ->> 'org_id', any_row ->> 'id')::uuid;
  was jsonb := '{}';
  is_now jsonb := '{}';
  argument text;
  name text;
begin
  foreach argument in array tg_argv loop
    name := ltrim(argument, '~');
    if tg_op = 'UPDATE' then
      continue when old_row -> name is not distinct from new_row -> name;
    else
      continue when argument like '~%';
    end if;
    if old_row -> name <> 'null' or tg_op = 'UPDATE' then was := was || jsonb_build_object(name, old_row -> name); end if;
    if new_row -> name <> 'null' or tg_op = 'UPDATE' then is_now := is_now || jsonb_build_object(name, new_row -> name); end if;
  end loop;
  if tg_op = 'UPDATE' and is_now = '{}' then return null; end if;
  if nullif(current_setting('app.activity', true), '') is null then
    perform set_config('app.activity', gen_random_uuid()::text, true);
  elsif exists (select from activity_entry where org_id = org and activity = current_setting('app.activity')::uuid) then
    raise exception 'the activity % is sealed', current_setting('app.activity') using errcode = 'insufficient_privilege';
  end if;
  insert into activity_change (org_id, activity, subject_table, subject, verb, before, after)
    values (org, current_setting('app.activity')::uuid, tg_table_name, coalesce(any_row ->> 'id', any_row ->> 'name'), lower(tg_op),
      case when tg_op <> 'INSERT' then was::text end, case when tg_op <> 'DELETE' then is_now::text end);
  return null;
end $$;

-- The net under the program: a change that nobody recorded by the end of its transaction is recorded then.
create function record_unrecorded() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select from activity_entry where org_id = new.org_id and activity = new.activity) then
    perform set_config('app.activity', new.activity::text, true);
    perform record_activity(new.org_id, 'done');
  end if;
  return null;
end $$;
create constraint trigger unrecorded after insert on activity_change deferrable initially deferred
  for each row execute function record_unrecorded();

-- Columns by name, so that a secret or a token's hash is never among them; a test compares them with the tables.
create procedure recorded_table(name text, columns text[], condition text default 'true') language plpgsql as $$
declare
  arguments text := (select string_agg(quote_literal(c), ', ') from unnest(columns) c);
begin
  execute format('create trigger recorded_insert after insert on %I for each row when (%s) execute function record_change(%s)', name, replace(condition, 'ROW', 'new'), arguments);
  execute format('create trigger recorded_update after update on %I for each row when (%s) execute function record_change(%s)', name, replace(condition, 'ROW', 'new'), arguments);
  execute format('create trigger recorded_delete after delete on %I for each row when (%s) execute function record_change(%s)', name, replace(condition, 'ROW', 'old'), arguments);
end $$;

-- That an organisation was made is leaf 0 of its log.
create trigger recorded_update after update on organisation for each row execute function record_change('name');
call recorded_table('scope_scope', array['framework', 'categories', 'period_from', 'period_to']);
call recorded_table('controls_control', array['implemented', 'not_applicable_reason', 'owner', '~definition']);
call recorded_table('connections_connection', array['kind', 'name', 'settings', 'every_hours', 'archived_at']);
call recorded_table('evidence_document', array['control_id', 'title', 'file_name', 'media_type', 'content', 'bytes', 'covers_from', 'covers_to', 'fresh_for_days']);
call recorded_table('checks_check', array['version', 'parameters', 'enabled', '~definition']);
call recorded_table('checks_exception', array['check_id', 'subject_id', 'reason', 'approver', 'granted_at', 'expires_at', 'revoked_at']);
call recorded_table('access_member', array['role']);
call recorded_table('access_invitation', array['role', 'expires_at', 'accepted_at', 'revoked_at']);
call recorded_table('access_key', array['name', 'member', 'may', 'expires_at', 'revoked_at']);
call recorded_table('packages_package', array['period_from', 'period_to', 'manifest', 'content', 'bytes', 'size']);
-- That a source's secret was set, replaced or forgotten; never what it is. Only its name is recorded, and that it was updated.
call recorded_table('vault_secret', array['name', 'updated_at'], $$ROW.name like 'connection:%'$$);
