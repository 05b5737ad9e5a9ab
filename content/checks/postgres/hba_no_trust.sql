select
  connection || '/' || file || ':' || line as subject_id,
  case
    when error is not null or type is null or method is null then 'unknown'
    when method = 'reject' then 'not_applicable'
    when method <> 'trust' then 'pass'
    when type = 'local' and $allow_local_socket then 'pass'
    else 'fail'
  end as status,
  case
    when error is not null or type is null or method is null then 'The line is not valid, so what holds instead cannot be told.'
    when method = 'reject' then 'The rule turns connections away.'
    when method <> 'trust' then 'The rule asks for proof (' || method || ').'
    when type = 'local' and $allow_local_socket then 'The rule trusts connections over the local socket, which is allowed.'
    else 'The rule trusts whoever connects (' || type || ').'
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
