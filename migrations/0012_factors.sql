-- Second factors, passkeys, and when somebody last showed who they are (auth_…: of people, for vouch_auth alone); how an organisation's members must sign in (access_…).

-- When the session's person last showed who they are: what needs that to be lately asks again.
alter table auth_session add column authenticated_at timestamptz not null default now();
-- The second of two factors that it was begun with: totp, recovery_code, passkey; null when it was begun with one.
alter table auth_session add column second_factor text;

-- A person's secrets, sealed as an organisation's are: see vault_data_key and vault_secret. They go with the person.
create table auth_data_key (
  user_id uuid not null references auth_user (id) on delete cascade,
  key_id text not null,
  wrapped bytea not null,
  master_key_id text not null,
  created_at timestamptz not null default now(),
  primary key (user_id, key_id)
);
create table auth_secret (
  user_id uuid not null references auth_user (id) on delete cascade,
  name text not null,
  sealed bytea not null,
  updated_at timestamptz not null default now(),
  primary key (user_id, name)
);

-- An authenticator app that was confirmed; its key is the secret `totp`.
create table auth_totp (
  user_id uuid primary key references auth_user (id) on delete cascade,
  -- The newest time step whose code was accepted: no code of it or of an earlier one is taken again (RFC 6238, section 5.2).
  last_step bigint not null,
  confirmed_at timestamptz not null default now()
);

create table auth_recovery_code (
  user_id uuid not null references auth_user (id) on delete cascade,
  -- SHA-256 of the person's id and the code, which has 80 random bits.
  hash bytea not null check (octet_length(hash) = 32),
  used_at timestamptz,
  primary key (user_id, hash)
);

create table auth_passkey (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth_user (id) on delete cascade,
  name text not null check (length(name) between 1 and 100),
  credential_id text not null unique,
  -- COSE.
  public_key bytea not null,
  -- The authenticator's count of its signatures; 0 for those that do not count.
  counter bigint not null,
  transports text[] not null,
  -- It is kept by a provider, on more than one device.
  synced boolean not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
create index on auth_passkey (user_id);

grant select, insert, update, delete on auth_data_key, auth_secret, auth_totp, auth_recovery_code, auth_passkey to vouch_auth;

-- Whether a member has a second factor is their organisation's business; which one is not.
create or replace view access_person with (security_barrier) as
  select u.id, u.name, u.email,
    exists (select from auth_totp t where t.user_id = u.id) or exists (select from auth_passkey p where p.user_id = u.id) as second_factor
  from auth_user u
  where exists (select from access_member m where m.org_id = app_org() and m.id = u.id)
    or exists (select from access_member_history h where h.org_id = app_org() and h.id = u.id);

-- How members must have signed in to be let in. A rule that has no row is not required.
create table access_rule (
  org_id uuid not null references organisation (id),
  id text not null,
  required boolean not null,
  primary key (org_id, id)
);
call tenant_table('access_rule', 'select, insert, update');
call recorded_table('access_rule', array['required']);
