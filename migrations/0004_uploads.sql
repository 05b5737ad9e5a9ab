-- A file that was uploaded for a connection. `content` is the SHA-256 of its bytes in the object store, which all organisations share: a hash alone
-- opens nothing, only the row here says whose upload it is.
create table connections_upload (
  org_id uuid not null references organisation (id),
  content text not null check (content ~ '^[0-9a-f]{64}$'),
  bytes bigint not null check (bytes >= 0),
  uploaded_at timestamptz not null default app_now(),
  primary key (org_id, content)
);
call tenant_table('connections_upload', 'select, insert');
