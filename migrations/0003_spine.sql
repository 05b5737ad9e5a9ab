-- Scope, evidence, controls, connections, checks, packages: the path from a source to a package.

create table scope_scope (
  org_id uuid not null references organisation (id),
  id text not null default 'current' check (id = 'current'),
  framework text not null,
  categories text[] not null,
  period_from date,
  period_to date,
  valid_from timestamptz not null default app_now(),
  primary key (org_id, id)
);
call tenant_table('scope_scope', 'select, insert, update');
call versioned_table('scope_scope');

create table controls_control (
  org_id uuid not null references organisation (id),
  id text not null,
  definition jsonb not null,
  implemented boolean not null default false,
  -- Why the control does not apply; null when it does.
  not_applicable_reason text,
  owner text,
  valid_from timestamptz not null default app_now(),
  primary key (org_id, id)
);
call tenant_table('controls_control', 'select, insert, update, delete');
call versioned_table('controls_control');

create table connections_connection (
  org_id uuid not null references organisation (id),
  id uuid not null,
  kind text not null,
  name text not null check (length(name) between 1 and 100),
  -- Without the secrets, which are in the vault.
  settings jsonb not null,
  -- Hours between scheduled collections; null: on demand only.
  every_hours integer check (every_hours between 1 and 720),
  next_run_at timestamptz,
  archived_at timestamptz,
  valid_from timestamptz not null default app_now(),
  created_at timestamptz not null default app_now(),
  primary key (org_id, id)
);
create unique index on connections_connection (org_id, name) where archived_at is null;
call tenant_table('connections_connection', 'select, insert, update');
call versioned_table('connections_connection');

create table connections_run (
  org_id uuid not null,
  id uuid not null,
  connection_id uuid not null,
  job_id uuid,
  cause text not null check (cause in ('schedule', 'demand', 'sample')),
  state text not null check (state in ('running', 'succeeded', 'failed', 'cancelled')),
  started_at timestamptz not null,
  finished_at timestamptz,
  records bigint not null default 0,
  error text,
  primary key (org_id, id),
  foreign key (org_id, connection_id) references connections_connection (org_id, id)
);
create index on connections_run (org_id, connection_id, started_at desc);
call tenant_table('connections_run', 'select, insert, update');

-- One resource type from one collection run. `content` is the SHA-256 of the uncompressed canonical bytes in the object store.
create table evidence_snapshot (
  org_id uuid not null,
  id uuid not null,
  run_id uuid not null,
  connection_id uuid not null,
  connection_name text not null,
  connection_kind text not null,
  resource text not null,
  content text not null check (content ~ '^[0-9a-f]{64}$'),
  -- How its records are read: the resource's declaration as it was.
  declaration jsonb not null,
  records bigint not null,
  bytes bigint not null,
  complete boolean not null,
  incomplete_reason text,
  source_total bigint,
  manifest jsonb not null,
  collected_at timestamptz not null,
  ledger_entry_id bigint not null,
  primary key (org_id, id),
  unique (org_id, run_id, resource),
  foreign key (org_id, ledger_entry_id) references ledger_entry (org_id, id)
);
create index on evidence_snapshot (org_id, collected_at desc, id);
create index on evidence_snapshot (org_id, resource, connection_id, collected_at desc);
create index on evidence_snapshot (org_id, content);
call tenant_table('evidence_snapshot', 'select, insert');

-- A file that a person gave as evidence for a control.
create table evidence_document (
  org_id uuid not null references organisation (id),
  id uuid not null,
  control_id text not null,
  title text not null check (length(title) between 1 and 200),
  file_name text not null,
  media_type text not null,
  content text not null check (content ~ '^[0-9a-f]{64}$'),
  bytes bigint not null,
  covers_from date not null,
  covers_to date not null check (covers_to >= covers_from),
  fresh_for_days integer not null check (fresh_for_days between 1 and 3660),
  collected_at timestamptz not null,
  ledger_entry_id bigint not null,
  primary key (org_id, id),
  foreign key (org_id, ledger_entry_id) references ledger_entry (org_id, id)
);
create index on evidence_document (org_id, control_id, collected_at desc);
call tenant_table('evidence_document', 'select, insert');

create table checks_check (
  org_id uuid not null references organisation (id),
  id text not null,
  version text not null check (version ~ '^[0-9a-f]{64}$'),
  definition jsonb not null,
  parameters jsonb not null default '{}',
  enabled boolean not null default true,
  valid_from timestamptz not null default app_now(),
  primary key (org_id, id)
);
call tenant_table('checks_check', 'select, insert, update, delete');
call versioned_table('checks_check');

create table checks_batch (
  org_id uuid not null references organisation (id),
  id uuid not null,
  job_id uuid,
  cause text not null,
  as_of timestamptz not null,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  engine text not null,
  ledger_entry_id bigint not null,
  primary key (org_id, id),
  foreign key (org_id, ledger_entry_id) references ledger_entry (org_id, id)
);
create index on checks_batch (org_id, as_of desc);
call tenant_table('checks_batch', 'select, insert');

create table checks_run (
  org_id uuid not null,
  batch_id uuid not null,
  check_id text not null,
  version text not null,
  parameters jsonb not null,
  inputs jsonb not null,
  as_of timestamptz not null,
  outcome text not null check (outcome in ('pass', 'fail', 'unknown', 'not_applicable')),
  outcome_reason text not null,
  passed bigint not null,
  failed bigint not null,
  unknown bigint not null,
  not_applicable bigint not null,
  excepted bigint not null,
  results text check (results ~ '^[0-9a-f]{64}$'),
  error text,
  duration_ms double precision not null,
  primary key (org_id, batch_id, check_id),
  foreign key (org_id, batch_id) references checks_batch (org_id, id)
);
create index on checks_run (org_id, check_id, as_of desc);
call tenant_table('checks_run', 'select, insert');

-- The rows of each check's latest run, for pages. The truth is the results object that the run names.
create table checks_result (
  org_id uuid not null references organisation (id),
  check_id text not null,
  subject_id text not null,
  status text not null,
  reason text not null,
  columns jsonb not null,
  primary key (org_id, check_id, subject_id)
);
create index on checks_result (org_id, check_id, status, subject_id);
call tenant_table('checks_result', 'select, insert, delete');

create table checks_finding (
  org_id uuid not null references organisation (id),
  id uuid not null default gen_random_uuid(),
  check_id text not null,
  subject_id text not null,
  reason text not null,
  opened_at timestamptz not null,
  opened_batch uuid not null,
  last_failed_at timestamptz not null,
  resolved_at timestamptz,
  resolved_batch uuid,
  primary key (org_id, id)
);
create unique index on checks_finding (org_id, check_id, subject_id) where resolved_at is null;
create index on checks_finding (org_id, opened_at desc, id);
call tenant_table('checks_finding', 'select, insert, update');

create table checks_exception (
  org_id uuid not null references organisation (id),
  id uuid not null,
  check_id text not null,
  subject_id text not null,
  reason text not null check (length(reason) between 3 and 2000),
  approver text not null check (length(approver) between 1 and 200),
  granted_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > granted_at),
  revoked_at timestamptz,
  primary key (org_id, id)
);
create unique index on checks_exception (org_id, check_id, subject_id) where revoked_at is null;
call tenant_table('checks_exception', 'select, insert, update');

-- Criterion and control status at the end of each batch, for the trend. Derived, and derived again by the verifier.
create table controls_point (
  org_id uuid not null references organisation (id),
  time timestamptz not null,
  batch_id uuid not null,
  -- id → status
  controls jsonb not null,
  criteria jsonb not null,
  primary key (org_id, time, batch_id)
);
call tenant_table('controls_point', 'select, insert');

create table packages_package (
  org_id uuid not null references organisation (id),
  id uuid not null,
  job_id uuid,
  period_from timestamptz not null,
  period_to timestamptz not null,
  manifest text not null check (manifest ~ '^[0-9a-f]{64}$'),
  content text not null check (content ~ '^[0-9a-f]{64}$'),
  bytes bigint not null,
  size bigint not null,
  created_at timestamptz not null,
  ledger_entry_id bigint not null,
  primary key (org_id, id),
  foreign key (org_id, ledger_entry_id) references ledger_entry (org_id, id)
);
create index on packages_package (org_id, created_at desc);
call tenant_table('packages_package', 'select, insert');
