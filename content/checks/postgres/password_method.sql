-- Roles that can sign in; the others cannot use a password.
select
  connection || '/' || name as subject_id,
  case
    when login is null then 'unknown'
    when not login then 'not_applicable'
    when password_method is null then 'unknown'
    when password_method = 'none' then 'not_applicable'
    when password_method = 'scram-sha-256' then 'pass'
    else 'fail'
  end as status,
  case
    when login is null then 'The source did not say whether the role may sign in.'
    when not login then 'The role cannot sign in.'
    when password_method is null then 'How the password is stored is hidden: the collecting role needs SELECT on the columns oid and rolpassword of pg_authid.'
    when password_method = 'none' then 'The role has no password.'
    when password_method = 'scram-sha-256' then 'The password is stored as SCRAM-SHA-256.'
    else 'The password is stored as ' || password_method || ', not as SCRAM-SHA-256.'
  end as reason,
  password_method,
  password_iterations
from postgres_role
