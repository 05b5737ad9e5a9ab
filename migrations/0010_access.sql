-- Who signs in (auth_…: better-auth's own, of no organisation, for vouch_auth alone) and who may do what in an organisation (access_…).

create table auth_user (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  email text not null unique,
  email_verified boolean not null default false,
  image text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table auth_session (
  id uuid primary key default gen_random_uuid(),
  token text not null unique,
  user_id uuid not null references auth_user (id) on delete cascade,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  -- The organisation that the session works in. It decides the tenant of every request.
  org_id uuid,
  -- How it was begun: password, link, set_up, invitation.
  method text not null default 'password',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index on auth_session (user_id);

create table auth_account (
  id uuid primary key default gen_random_uuid(),
  account_id text not null,
  provider_id text not null,
  user_id uuid not null references auth_user (id) on delete cascade,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  -- scrypt, with its salt.
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider_id, account_id)
);
create index on auth_account (user_id);

-- One-time links, by the hash of their token.
create table auth_verification (
  id uuid primary key default gen_random_uuid(),
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index on auth_verification (identifier);

-- Failed attempts by account and by address: rate-limiter-flexible's table.
create table auth_attempt (
  key text primary key,
  points integer not null default 0,
  expire bigint
);

grant select, insert, update, delete on auth_user, auth_session, auth_account, auth_verification, auth_attempt to vouch_auth;

create table access_member (
  org_id uuid not null references organisation (id),
  -- The user's id. No foreign key: who signs in belongs to no organisation, and tables of organisations may be distributed by it.
  id uuid not null,
  role text not null,
  joined_at timestamptz not null default app_now(),
  valid_from timestamptz not null default app_now(),
  primary key (org_id, id)
);
create index on access_member (id);
call tenant_table('access_member', 'select, insert, update, delete');
call versioned_table('access_member');

create table access_invitation (
  org_id uuid not null references organisation (id),
  id uuid not null,
  email text not null,
  role text not null,
  -- SHA-256 of the link's token.
  token_hash bytea not null check (octet_length(token_hash) = 32),
  invited_by text not null,
  created_at timestamptz not null default app_now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz,
  primary key (org_id, id)
);
create unique index on access_invitation (org_id, email) where accepted_at is null and revoked_at is null;
call tenant_table('access_invitation', 'select, insert, update');

-- The members' names and addresses, which vouch_app may not read otherwise: of the transaction's own organisation, now or before.
create view access_person with (security_barrier) as
  select u.id, u.name, u.email from auth_user u
  where exists (select from access_member m where m.org_id = app_org() and m.id = u.id)
    or exists (select from access_member_history h where h.org_id = app_org() and h.id = u.id);
grant select on access_person to vouch_app;

-- Keys for programs. A personal one acts for a member, within what their role allows at the time; a service's for itself.
create table access_key (
  org_id uuid not null references organisation (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  -- The member it acts for; null for a service.
  member uuid,
  may text[] not null,
  -- SHA-256 of the key, whose last four characters are its hint.
  hash bytea not null check (octet_length(hash) = 32),
  hint text not null,
  created_by text not null,
  created_at timestamptz not null default app_now(),
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (org_id, id)
);
create unique index on access_key (org_id, hash);
call tenant_table('access_key', 'select, insert');
grant update (last_used_at, revoked_at) on access_key to vouch_app;
