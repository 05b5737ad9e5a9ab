-- Evidence from anywhere (docs/push.md; docs/decisions/0022).

-- Requests that came with an idempotency key, and what was answered. Of its organisation and its caller: nobody is given another's answer.
create table request_key (
  org_id uuid not null references organisation (id),
  -- Who asked: user:<id>, key:<id>.
  actor text not null,
  key text not null check (length(key) between 1 and 255),
  operation text not null,
  -- SHA-256 of what was asked; null while a streamed request is not read to its end.
  fingerprint text check (fingerprint ~ '^[0-9a-f]{64}$'),
  -- running: nothing was done yet. written: a change was committed, and the answer is not known yet.
  state text not null default 'running' check (state in ('running', 'written', 'answered')),
  -- The process that is at it, which holds an advisory lock of this name as long as it lives; and which of its attempts.
  holder uuid not null,
  attempt uuid not null,
  status integer check (status between 200 and 399),
  -- Sealed by the vault: an answer may hold a key or a link that is shown once.
  answer bytea,
  created_at timestamptz not null default app_now(),
  expires_at timestamptz not null,
  primary key (org_id, actor, key),
  check ((state = 'answered') = (status is not null and answer is not null and fingerprint is not null))
);
create index on request_key (expires_at);
call tenant_table('request_key', 'select, insert, update, delete');

-- Where a document came from, such as the address of the pipeline's run.
alter table evidence_document add column source_url text check (length(source_url) <= 2000);
drop trigger recorded_insert on evidence_document;
drop trigger recorded_update on evidence_document;
drop trigger recorded_delete on evidence_document;
call recorded_table('evidence_document', array['control_id', 'title', 'file_name', 'media_type', 'content', 'bytes', 'covers_from', 'covers_to', 'fresh_for_days', 'source_url']);

-- Records that are pushed make a run like any other.
alter table connections_run drop constraint connections_run_cause_check;
alter table connections_run add constraint connections_run_cause_check check (cause in ('schedule', 'demand', 'sample', 'push'));
-- Who pushed: user:<id>, key:<id>; null for a collection.
alter table connections_run add column pushed_by text check ((pushed_by is not null) = (cause = 'push'));
