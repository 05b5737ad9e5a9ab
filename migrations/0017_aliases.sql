-- Aliases for sensitive values (src/features/aliases/README.md; docs/decisions/0025).

-- Which personal values are stored as aliases from the next collection on; no row: none.
create table aliases_setting (
  org_id uuid not null references organisation (id),
  id text not null default 'current' check (id = 'current'),
  kinds text[] not null check (kinds <@ array['name', 'email', 'address', 'phone', 'government_id']),
  -- Addresses of programs, which belong to nobody and are stored as they are.
  programs text[] not null,
  -- Of addresses outside of these domains the domain is not kept. Empty: every domain is kept.
  domains text[] not null,
  changed_at timestamptz not null default app_now(),
  primary key (org_id, id)
);
call tenant_table('aliases_setting', 'select, insert, update');
call recorded_table('aliases_setting', array['kinds', 'programs', 'domains']);

-- One person's value. Nothing leads from the value to it but this row, which an erasure deletes.
create table aliases_alias (
  org_id uuid not null references organisation (id),
  -- What stays of the value in records: random.
  alias text not null,
  kind text not null check (kind in ('name', 'email', 'address', 'phone', 'government_id')),
  -- HMAC-SHA-256 of kind and normalised value under the organisation's alias key.
  lookup bytea not null check (octet_length(lookup) = 32),
  -- AES-256-GCM under a key derived from the organisation's alias key, for this alias alone.
  sealed bytea not null,
  created_at timestamptz not null default app_now(),
  primary key (org_id, alias),
  unique (org_id, lookup)
);
call tenant_table('aliases_alias', 'select, insert, delete');

-- Each time that somebody was shown what an alias stands for: a row, so that the activity of it names the alias. Never the value.
create table aliases_reveal (
  org_id uuid not null references organisation (id),
  id uuid not null,
  alias text not null,
  revealed_at timestamptz not null default app_now(),
  primary key (org_id, id)
);
create index on aliases_reveal (org_id, revealed_at);
call tenant_table('aliases_reveal', 'select, insert');
call recorded_table('aliases_reveal', array['alias']);

-- An uploaded file is raw personal data. Where aliases are used it is kept encrypted under a key of its own in the vault, and `object` is what is stored of it;
-- otherwise `object` is the content itself. An erasure removes it.
alter table connections_upload add column object text check (object ~ '^[0-9a-f]{64}$');
update connections_upload set object = content;
alter table connections_upload alter column object set not null;
grant update (object), delete on connections_upload to vouch_app;
