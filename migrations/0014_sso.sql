-- Identity providers of an organisation (OIDC, SAML), and whom they send (sign-in, SCIM): src/features/providers/README.md, docs/decisions/0021.

-- A session that a provider began sees the provider's organisation and no other.
alter table auth_session add column only_org uuid;
alter table auth_session add column provider uuid;
create index on auth_session (provider) where provider is not null;

create table providers_provider (
  org_id uuid not null references organisation (id),
  id uuid not null,
  kind text not null,
  name text not null check (length(name) between 1 and 100),
  -- What is known of the other side: never a secret, which is in the vault.
  settings jsonb not null,
  -- The e-mail domains for whose addresses it speaks.
  domains text[] not null,
  default_role text not null check (default_role <> 'owner'),
  -- Whether somebody of its domains whom nobody invited or provisioned becomes a member by signing in.
  admits_unknown boolean not null,
  enabled boolean not null,
  created_at timestamptz not null default app_now(),
  primary key (org_id, id)
);
call tenant_table('providers_provider', 'select, insert, update, delete');
call recorded_table('providers_provider', array['kind', 'name', 'settings', 'domains', 'default_role', 'admits_unknown', 'enabled']);

-- Which provider an address leads to. A domain is one organisation's of the whole installation: whoever has it is asked, and nobody else.
create table providers_domain (
  org_id uuid not null,
  domain text not null unique check (domain = lower(domain)),
  provider uuid not null,
  primary key (org_id, domain),
  foreign key (org_id, provider) references providers_provider (org_id, id) on delete cascade
);
call tenant_table('providers_domain', 'select, insert, delete');

-- A person as the provider knows them: who signed in by it, and whom it provisioned.
create table providers_person (
  org_id uuid not null,
  id uuid not null,
  provider uuid not null,
  -- The provider's own name for them (OIDC sub, SAML NameID), from the first sign-in on: the account is bound by it, not by an address.
  subject text,
  -- The account; null while there is none, for want of an address of the domains.
  member uuid,
  email text,
  active boolean not null,
  user_name text not null,
  external_id text,
  -- The other SCIM attributes, as the provider wrote them.
  attributes jsonb not null,
  created_at timestamptz not null default app_now(),
  changed_at timestamptz not null default app_now(),
  primary key (org_id, id),
  foreign key (org_id, provider) references providers_provider (org_id, id) on delete cascade
);
create unique index on providers_person (org_id, provider, subject);
create unique index on providers_person (org_id, provider, lower(user_name));
create index on providers_person (org_id, provider, lower(email));
create index on providers_person (org_id, provider, external_id);
create index on providers_person (org_id, member);
call tenant_table('providers_person', 'select, insert, update, delete');
call recorded_table('providers_person', array['provider', 'member', 'active']);

create table providers_group (
  org_id uuid not null,
  id uuid not null,
  provider uuid not null,
  name text not null,
  external_id text,
  -- The role of its people; null when it gives none.
  role text check (role <> 'owner'),
  created_at timestamptz not null default app_now(),
  changed_at timestamptz not null default app_now(),
  primary key (org_id, id),
  foreign key (org_id, provider) references providers_provider (org_id, id) on delete cascade
);
call tenant_table('providers_group', 'select, insert, update, delete');
call recorded_table('providers_group', array['provider', 'name', 'role']);

create table providers_group_person (
  org_id uuid not null,
  group_id uuid not null,
  person uuid not null,
  primary key (org_id, group_id, person),
  foreign key (org_id, group_id) references providers_group (org_id, id) on delete cascade,
  foreign key (org_id, person) references providers_person (org_id, id) on delete cascade
);
create index on providers_group_person (org_id, person);
call tenant_table('providers_group_person', 'select, insert, delete');

-- The token by which a provider provisions people (SCIM): one at a time.
create table providers_token (
  org_id uuid not null,
  id uuid not null,
  provider uuid not null,
  -- SHA-256 of the token, whose last four characters are its hint.
  hash bytea not null check (octet_length(hash) = 32),
  hint text not null,
  created_at timestamptz not null default app_now(),
  last_used_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, provider) references providers_provider (org_id, id) on delete cascade
);
create unique index on providers_token (org_id, provider);
call tenant_table('providers_token', 'select, insert, delete');
grant update (last_used_at) on providers_token to vouch_app;
call recorded_table('providers_token', array['provider']);

-- SAML: the requests that wait for an answer, and the assertions that were used. Each is good for once.
create table providers_request (
  org_id uuid not null,
  id text not null,
  provider uuid not null,
  expires_at timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, provider) references providers_provider (org_id, id) on delete cascade
);
call tenant_table('providers_request', 'select, insert, delete');

create table providers_assertion (
  org_id uuid not null,
  -- SHA-256 of provider and assertion id.
  id text not null,
  provider uuid not null,
  expires_at timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, provider) references providers_provider (org_id, id) on delete cascade
);
call tenant_table('providers_assertion', 'select, insert, delete');

-- Whether members, except owners, must come by a provider of the organisation. No row: they need not.
create table access_sign_in_rule (
  org_id uuid not null references organisation (id),
  id text not null default 'sso' check (id = 'sso'),
  required boolean not null,
  primary key (org_id, id)
);
call tenant_table('access_sign_in_rule', 'select, insert, update');
call recorded_table('access_sign_in_rule', array['required']);

-- That a provider's secret was set or replaced is recorded as a connection's is.
drop trigger recorded_insert on vault_secret;
drop trigger recorded_update on vault_secret;
drop trigger recorded_delete on vault_secret;
call recorded_table('vault_secret', array['name', 'updated_at'], $$(ROW.name like 'connection:%' or ROW.name like 'provider:%')$$);
