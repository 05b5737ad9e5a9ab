-- Every role of people and programs; those of PostgreSQL itself (pg_...) can be no superusers.
select
  connection || '/' || name as subject_id,
  case
    when system then 'not_applicable'
    when superuser is null then 'unknown'
    when not superuser then 'pass'
    when list_contains(string_split(replace($allowed, ' ', ''), ','), name) then 'pass'
    else 'fail'
  end as status,
  case
    when system then 'The role belongs to PostgreSQL itself.'
    when superuser is null then 'The source did not say whether the role is a superuser.'
    when not superuser then 'The role is not a superuser.'
    when list_contains(string_split(replace($allowed, ' ', ''), ','), name) then 'The role is a superuser and is on the list of allowed ones.'
    else 'The role is a superuser and is not on the list of allowed ones.'
  end as reason,
  login
from postgres_role
