-- Superusers bypass row security anyway: postgres.superusers_limited is about them.
select
  connection || '/' || name as subject_id,
  case
    when system or superuser then 'not_applicable'
    when bypassrls is null or superuser is null then 'unknown'
    when not bypassrls then 'pass'
    when list_contains(string_split(replace($allowed, ' ', ''), ','), name) then 'pass'
    else 'fail'
  end as status,
  case
    when system then 'The role belongs to PostgreSQL itself.'
    when superuser then 'The role is a superuser, which another check is about.'
    when bypassrls is null or superuser is null then 'The source did not say whether the role bypasses row-level security.'
    when not bypassrls then 'Row-level security applies to the role.'
    when list_contains(string_split(replace($allowed, ' ', ''), ','), name) then 'The role bypasses row-level security and is on the list of allowed ones.'
    else 'The role bypasses row-level security and is not on the list of allowed ones.'
  end as reason,
  login
from postgres_role
