-- The ledger: one append-only log for each organisation (src/features/ledger/README.md tells the life of a leaf).
create table ledger_log (
  org_id uuid primary key references organisation (id),
  -- The log's name in every checkpoint. A sample organisation's begins with "vouch-sample/".
  origin text not null unique,
  created_at timestamptz not null
);
call tenant_table('ledger_log', 'select, insert');

create table ledger_key (
  org_id uuid not null references organisation (id),
  key_id text not null,
  vkey text not null,
  -- Checkpoints of this size and above are signed with the key.
  from_size bigint not null,
  created_at timestamptz not null,
  primary key (org_id, key_id)
);
call tenant_table('ledger_key', 'select, insert');

create table ledger_entry (
  -- The trigger known_organisation sees to it once a statement: a foreign key asks once a row, a quarter of the time of a large append.
  org_id uuid not null,
  id bigint generated always as identity,
  kind text not null,
  time timestamptz not null,
  actor text not null,
  subject text not null,
  -- The leaf's bytes: canonical JSON, no personal data.
  leaf text not null check (octet_length(leaf) <= 65535),
  primary key (org_id, id)
);
create index on ledger_entry (org_id, kind, id);
create index on ledger_entry (org_id, subject, id);
call tenant_table('ledger_entry', 'select, insert');

-- What a leaf commits to. It can be erased; the leaf cannot.
create table ledger_opening (
  org_id uuid not null,
  entry_id bigint not null,
  salt bytea not null check (octet_length(salt) = 32),
  content text not null,
  primary key (org_id, entry_id),
  foreign key (org_id, entry_id) references ledger_entry (org_id, id)
);
call tenant_table('ledger_opening', 'select, insert, delete');

-- Entries that wait for the integrator.
create table ledger_queue (
  org_id uuid not null,
  entry_id bigint not null,
  primary key (org_id, entry_id)
);
call tenant_table('ledger_queue', 'select, insert, delete');

create table ledger_leaf (
  org_id uuid not null,
  index bigint not null,
  entry_id bigint not null,
  hash bytea not null check (octet_length(hash) = 32),
  primary key (org_id, index),
  unique (org_id, entry_id),
  foreign key (org_id, entry_id) references ledger_entry (org_id, id)
);
call tenant_table('ledger_leaf', 'select, insert');

-- Full hash tiles of height 8 (C2SP tlog-tiles); partial ones are derived.
create table ledger_tile (
  org_id uuid not null references organisation (id),
  level integer not null,
  index bigint not null,
  hashes bytea not null check (octet_length(hashes) = 8192),
  -- The root over the 256 hashes: the tile's own place in the level above.
  root bytea not null check (octet_length(root) = 32),
  primary key (org_id, level, index)
);
call tenant_table('ledger_tile', 'select, insert');

create table ledger_checkpoint (
  org_id uuid not null references organisation (id),
  size bigint not null,
  root bytea not null check (octet_length(root) = 32),
  -- The signed note, byte for byte as it is served.
  note text not null,
  created_at timestamptz not null,
  primary key (org_id, size)
);
call tenant_table('ledger_checkpoint', 'select, insert');

create table ledger_timestamp (
  org_id uuid not null,
  size bigint not null,
  authority text not null,
  token bytea not null,
  time timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (org_id, size, authority),
  foreign key (org_id, size) references ledger_checkpoint (org_id, size)
);
call tenant_table('ledger_timestamp', 'select, insert');

create table ledger_cosignature (
  org_id uuid not null,
  size bigint not null,
  witness text not null,
  line text not null,
  created_at timestamptz not null default now(),
  primary key (org_id, size, witness),
  foreign key (org_id, size) references ledger_checkpoint (org_id, size)
);
call tenant_table('ledger_cosignature', 'select, insert');

-- A real organisation's facts are dated now, by the real clock. Only a sample's may carry a simulated time.
create function refuse_simulated_time() returns trigger language plpgsql as $$
begin
  if exists (
    select from added join organisation on organisation.id = added.org_id
    where not organisation.is_sample
      and (nullif(current_setting('app.now', true), '') is not null or abs(extract(epoch from (added.time - clock_timestamp()))) > 600)
  ) then
    raise exception 'a fact of a real organisation must carry the present time' using errcode = 'check_violation';
  end if;
  return null;
end $$;
-- Entries belong to an organisation that exists; the application cannot delete one, and the log's own row refers to it.
create function refuse_unknown_organisation() returns trigger language plpgsql as $$
begin
  if exists (select from (select distinct org_id from added) named where not exists (select from organisation where id = org_id)) then
    raise exception 'a fact belongs to an organisation, and there is none of this id' using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;
create trigger known_organisation after insert on ledger_entry referencing new table as added
  for each statement execute function refuse_unknown_organisation();
create trigger present_time after insert on ledger_entry referencing new table as added
  for each statement execute function refuse_simulated_time();
