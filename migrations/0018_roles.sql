-- Roles that an organisation makes for itself, from the permissions that there are (docs/decisions/0027). access_member.role and access_invitation.role name one of
-- these or one that Vouch ships; the latter's names come first.

create table access_role (
  org_id uuid not null references organisation (id),
  id text not null check (length(id) between 1 and 40),
  title text not null check (length(title) between 1 and 40),
  reason text not null check (length(reason) between 1 and 300),
  may text[] not null,
  valid_from timestamptz not null default app_now(),
  primary key (org_id, id)
);
call tenant_table('access_role', 'select, insert, update, delete');
call versioned_table('access_role');
call recorded_table('access_role', array['title', 'reason', 'may']);
