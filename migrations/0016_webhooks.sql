-- Webhooks: news for other programs, by the Standard Webhooks specification (src/features/webhooks/README.md; docs/decisions/0023).
create table webhooks_endpoint (
  org_id uuid not null references organisation (id),
  id uuid not null,
  url text not null check (length(url) <= 2000),
  description text not null default '' check (length(description) <= 200),
  -- The kinds of events that it is sent; null: all, and those that come later.
  kinds text[],
  enabled boolean not null default true,
  -- Why it is off: somebody said so, the receiver said that it is gone (410), or it failed for too long.
  off_reason text check (off_reason in ('person', 'gone', 'failing')),
  -- When the secret was set; the vault has the secret itself. The one before signs too until previous_until.
  rotated_at timestamptz not null default app_now(),
  previous_until timestamptz,
  failing_since timestamptz,
  last_delivered_at timestamptz,
  created_at timestamptz not null default app_now(),
  primary key (org_id, id)
);
call tenant_table('webhooks_endpoint', 'select, insert, update, delete');
call recorded_table('webhooks_endpoint', array['url', 'description', 'kinds', 'enabled', 'off_reason', 'rotated_at', 'previous_until']);

-- Up to where the log was told to the endpoints: the index of the next leaf. A leaf that has its place is never preceded by a new one.
create table webhooks_cursor (
  org_id uuid primary key references organisation (id),
  next_index bigint not null
);
call tenant_table('webhooks_cursor', 'select, insert, update');

-- One event for one endpoint.
create table webhooks_delivery (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  endpoint_id uuid not null,
  -- webhook-id: the same at each attempt and each replay.
  message text not null,
  kind text not null,
  payload text not null,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'dead')),
  -- Attempts since it was last put on the way.
  tries integer not null default 0,
  -- Not before.
  next_at timestamptz not null,
  -- A sender that took it has until then; one that died leaves it to the next.
  taken_until timestamptz,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (org_id, id),
  unique (org_id, endpoint_id, message),
  foreign key (org_id, endpoint_id) references webhooks_endpoint (org_id, id) on delete cascade
);
create index on webhooks_delivery (next_at) where state = 'waiting';
create index on webhooks_delivery (org_id, endpoint_id, created_at desc, id);
create index on webhooks_delivery (created_at);
call tenant_table('webhooks_delivery', 'select, insert, update, delete');

-- What was sent and what came back.
create table webhooks_attempt (
  org_id uuid not null,
  id bigint generated always as identity,
  delivery_id uuid not null,
  time timestamptz not null,
  took_ms integer not null,
  -- Null when there was no answer; then `error` says why.
  status integer,
  error text,
  -- At most 1 KB, without control characters.
  answer text not null default '',
  primary key (org_id, id),
  foreign key (org_id, delivery_id) references webhooks_delivery (org_id, id) on delete cascade
);
create index on webhooks_attempt (org_id, delivery_id, id);
call tenant_table('webhooks_attempt', 'select, insert');

-- Which findings a batch resolved is asked after each batch.
create index on checks_finding (org_id, resolved_batch) where resolved_batch is not null;
