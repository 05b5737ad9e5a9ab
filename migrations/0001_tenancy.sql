-- Tenancy: every table below belongs to one organisation and leads its keys with org_id.
-- Two roles, created by the program before the first migration:
--   vouch_owner owns everything and runs migrations, the job queue and backups;
--   vouch_app   is what every request and job runs as: row-level security binds it, and it has no more rights than are granted here.

-- The organisation of this transaction; NULL outside of one, so that nothing matches.
create function app_org() returns uuid language sql stable as
  $$ select nullif(current_setting('app.org_id', true), '')::uuid $$;

-- The time of this transaction's facts: the clock that the program was given. It differs from now() only for the sample organisation.
create function app_now() returns timestamptz language sql stable as
  $$ select coalesce(nullif(current_setting('app.now', true), '')::timestamptz, now()) $$;

-- Puts a table under row-level security, FORCEd: vouch_app sees and writes its own organisation's rows only.
create procedure tenant_table(name text, rights text) language plpgsql as $$
begin
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  execute format('create policy tenant on %I to vouch_app using (org_id = app_org()) with check (org_id = app_org())', name);
  execute format('create policy operator on %I to vouch_owner using (true) with check (true)', name);
  execute format('grant %s on %I to vouch_app', rights, name);
end $$;

-- Keeps a system-versioned table's past: <table>_history gets each row that an update or a delete replaces, with the time until
-- which it was true. The table must have valid_from; its history has the same columns and valid_to.
create function keep_history() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    new.valid_from := old.valid_from;
    if new is not distinct from old then return new; end if;
    new.valid_from := app_now();
  end if;
  execute format('insert into %I select ($1).*, $2', tg_table_name || '_history') using old, app_now();
  if tg_op = 'UPDATE' then return new; end if;
  return old;
end $$;

create procedure versioned_table(name text) language plpgsql as $$
begin
  execute format('create table %I (like %I)', name || '_history', name);
  execute format('alter table %I add column valid_to timestamptz not null', name || '_history');
  execute format('alter table %I add foreign key (org_id) references organisation (id)', name || '_history');
  execute format('create index on %I (org_id, id, valid_to)', name || '_history');
  execute format('create trigger history before update or delete on %I for each row execute function keep_history()', name);
  call tenant_table(name || '_history', 'select, insert');
end $$;

create table organisation (
  id uuid primary key,
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null check (length(name) between 1 and 200),
  -- A sample organisation may be given a simulated past; a real one never. It is fixed when the organisation is made.
  is_sample boolean not null,
  created_at timestamptz not null
);
alter table organisation enable row level security;
alter table organisation force row level security;
create policy tenant on organisation to vouch_app using (id = app_org()) with check (id = app_org());
create policy operator on organisation to vouch_owner using (true) with check (true);
grant select, insert on organisation to vouch_app;
grant update (name) on organisation to vouch_app;

create function refuse_sample_change() returns trigger language plpgsql as $$
begin
  if new.is_sample <> old.is_sample then
    raise exception 'an organisation cannot become a sample, nor a sample a real one' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger fixed_sample before update on organisation for each row execute function refuse_sample_change();

create table vault_data_key (
  org_id uuid not null references organisation (id),
  key_id text not null,
  wrapped bytea not null,
  master_key_id text not null,
  created_at timestamptz not null default now(),
  primary key (org_id, key_id)
);
call tenant_table('vault_data_key', 'select, insert, update');

create table vault_secret (
  org_id uuid not null references organisation (id),
  name text not null,
  sealed bytea not null,
  updated_at timestamptz not null default now(),
  primary key (org_id, name)
);
call tenant_table('vault_secret', 'select, insert, update, delete');

-- A job that a person can see: what graphile-worker runs, with its progress. The queue itself is graphile-worker's.
create table job (
  org_id uuid not null references organisation (id),
  id uuid not null,
  kind text not null,
  subject text not null default '',
  input jsonb not null default '{}',
  state text not null default 'queued' check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  message text not null default '',
  done bigint,
  total bigint,
  error text,
  result jsonb,
  cancel_requested boolean not null default false,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (org_id, id)
);
create index on job (org_id, kind, created_at desc);
create index on job (org_id, id) where state in ('queued', 'running');
call tenant_table('job', 'select, insert, update');

-- Puts a task on graphile-worker's queue inside the caller's own transaction. vouch_app has no other access to the queue.
create function enqueue(task text, payload json, queue text, key text) returns void language sql security definer
  set search_path = public, pg_temp as
  $$ select graphile_worker.add_job(task, payload, queue_name => queue, job_key => key, max_attempts => 5) $$;
revoke execute on function enqueue(text, json, text, text) from public;
grant execute on function enqueue(text, json, text, text) to vouch_app;
