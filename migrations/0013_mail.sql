-- Mail: messages to people, from the change that causes them to the server that takes them. Two tables of one shape: what an organisation sends (mail_message, behind
-- row-level security) and what concerns a person's sign-in, which belongs to no organisation (auth_message, for vouch_auth alone). Bodies hold one-time links: they are sealed,
-- and deleted once they were sent or can be of no use.

create table mail_message (
  org_id uuid not null references organisation (id),
  id uuid not null,
  template text not null,
  recipient text not null,
  subject text not null,
  -- The record that it is about: it is called off with it.
  about uuid,
  -- preview: nothing is mailed by this installation. refused: for good, by the recipient's server. given_up: nobody took it in time.
  state text not null check (state in ('waiting', 'sending', 'sent', 'preview', 'refused', 'given_up', 'cancelled')),
  attempts integer not null default 0,
  last_error text,
  created_by text not null,
  created_at timestamptz not null default app_now(),
  next_attempt_at timestamptz,
  give_up_at timestamptz not null,
  -- From then on its links are dead.
  expires_at timestamptz not null,
  sent_at timestamptz,
  -- How often somebody asked for it, the first time included, and when somebody called it off: what of its life people decide.
  asked integer not null default 1,
  cancelled_at timestamptz,
  primary key (org_id, id)
);
create index on mail_message (org_id, created_at desc, id);
create index on mail_message (org_id, about);
create index on mail_message (next_attempt_at) where state in ('waiting', 'sending');
call tenant_table('mail_message', 'select, insert, update');
call recorded_table('mail_message', array['template', 'asked', 'cancelled_at']);

create table auth_message (
  id uuid primary key,
  template text not null,
  recipient text not null,
  subject text not null,
  state text not null check (state in ('waiting', 'sending', 'sent', 'preview', 'refused', 'given_up', 'cancelled')),
  attempts integer not null default 0,
  last_error text,
  created_by text not null,
  created_at timestamptz not null default now(),
  next_attempt_at timestamptz,
  give_up_at timestamptz not null,
  expires_at timestamptz not null,
  sent_at timestamptz,
  asked integer not null default 1,
  cancelled_at timestamptz,
  -- The letter, sealed; null once it was sent or is of no use.
  sealed bytea
);
create index on auth_message (recipient, created_at);
create index on auth_message (next_attempt_at) where state in ('waiting', 'sending');

-- The browsers that a person has signed in with, by a hash of what they say of themselves without versions: another one is worth a notice.
create table auth_browser (
  user_id uuid not null references auth_user (id) on delete cascade,
  mark bytea not null check (octet_length(mark) = 32),
  seen_at timestamptz not null default now(),
  primary key (user_id, mark)
);
grant select, insert, update, delete on auth_message, auth_browser to vouch_auth;

-- What the sign-in mails to the members of the transaction's own organisation: that it was, never what it says.
create view mail_personal with (security_barrier) as
  select m.id, m.template, m.recipient, m.subject, m.state, m.attempts, m.last_error, m.created_by, m.created_at, m.next_attempt_at, m.give_up_at, m.expires_at, m.sent_at,
    m.asked, m.cancelled_at
  from auth_message m
  where exists (select from auth_user u join access_member a on a.id = u.id where a.org_id = app_org() and u.email = m.recipient);
grant select on mail_personal to vouch_app;

-- Puts a message on the queue in the transaction that makes it: of the transaction's organisation, or of none in one of the sign-in.
create function enqueue_mail(message uuid, at timestamptz) returns void language sql security definer set search_path = public, pg_temp as
  $$ select graphile_worker.add_job('mail', json_build_object('orgId', app_org(), 'id', message), job_key => 'mail:' || message, run_at => at, max_attempts => 12) $$;
revoke execute on function enqueue_mail(uuid, timestamptz) from public;
grant execute on function enqueue_mail(uuid, timestamptz) to vouch_app, vouch_auth;

-- Somebody asks for a link, whoever they are: whether the address has an account is found out apart from the answer.
create function enqueue_mail_link(request json) returns void language sql security definer set search_path = public, pg_temp as
  $$ select graphile_worker.add_job('mail_link', request, max_attempts => 5) $$;
revoke execute on function enqueue_mail_link(json) from public;
grant execute on function enqueue_mail_link(json) to vouch_auth;

-- What a person should hear of, whatever code did it: told to the queue in the transaction that does it.
create function notice_password() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  -- The first password of a new account is its making, and no change.
  if tg_op = 'INSERT' and exists (select from auth_user where id = new.user_id and created_at > now() - interval '5 minutes') then return null; end if;
  perform graphile_worker.add_job('mail_notice', json_build_object('kind', 'password', 'userId', new.user_id, 'at', now()), max_attempts => 5);
  return null;
end $$;
create trigger notice_set after insert on auth_account for each row when (new.password is not null) execute function notice_password();
create trigger notice_changed after update on auth_account for each row when (new.password is distinct from old.password) execute function notice_password();

create function notice_session() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform graphile_worker.add_job('mail_notice', json_build_object('kind', 'sign_in', 'userId', new.user_id, 'at', now(),
    'agent', new.user_agent, 'address', new.ip_address, 'method', new.method), max_attempts => 5);
  return null;
end $$;
create trigger notice_begun after insert on auth_session for each row execute function notice_session();
