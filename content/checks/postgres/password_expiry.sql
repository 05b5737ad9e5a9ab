select
  connection || '/' || name as subject_id,
  case
    when login is null then 'unknown'
    when not login then 'not_applicable'
    when list_contains(string_split(replace($exempt, ' ', ''), ','), name) then 'not_applicable'
    when not password_set then 'not_applicable'
    when password_set is null or expires is null then 'unknown'
    when not expires then 'fail'
    when valid_until > $as_of + to_days($max_days) then 'fail'
    else 'pass'
  end as status,
  case
    when login is null then 'The source did not say whether the role may sign in.'
    when not login then 'The role cannot sign in.'
    when list_contains(string_split(replace($exempt, ' ', ''), ','), name) then 'The role is exempt by name.'
    when not password_set then 'The role has no password.'
    when password_set is null then 'Whether the role has a password is hidden: the collecting role needs SELECT on the columns oid and rolpassword of pg_authid.'
    when expires is null then 'The source did not say whether the password ends.'
    when not expires then 'The password never ends.'
    when valid_until > $as_of + to_days($max_days) then 'The password ends more than ' || $max_days || ' days from now.'
    else 'The password ends within ' || $max_days || ' days.'
  end as reason,
  valid_until
from postgres_role
where not coalesce(system, false)
