select
  connection || '/' || file || ':' || line as subject_id,
  case
    when error is not null or type is null or method is null then 'unknown'
    when method = 'reject' then 'not_applicable'
    when method = 'trust' then 'not_applicable'
    when method in ('password', 'ldap', 'pam', 'bsd', 'radius') and type <> 'hostssl' and type <> 'local' then 'fail'
    when method = 'password' then 'fail'
    when method = 'md5' then 'fail'
    when method = 'ident' and type <> 'local' then 'fail'
    else 'pass'
  end as status,
  case
    when error is not null or type is null or method is null then 'The line is not valid, so what holds instead cannot be told.'
    when method = 'reject' then 'The rule turns connections away.'
    when method = 'trust' then 'The rule asks for nothing, which another check is about.'
    when method in ('password', 'ldap', 'pam', 'bsd', 'radius') and type <> 'hostssl' and type <> 'local' then 'The rule sends passwords in clear text over connections that need not be encrypted (' || method || ').'
    when method = 'password' then 'The rule hands the clear-text password to the server.'
    when method = 'md5' then 'The rule admits passwords that are stored as MD5.'
    when method = 'ident' and type <> 'local' then 'The rule believes the user name that the client machine gives.'
    else 'The rule asks for strong proof (' || method || ').'
  end as reason
from postgres_hba_rule
where connection in (select connection from postgres_server where can_read_hba)
union all
select
  connection || '/rules',
  'unknown',
  'The authentication rules are hidden: the collecting role needs SELECT on pg_hba_file_rules and EXECUTE on its function.'
from postgres_server
where can_read_hba is distinct from true
