select
  connection || '/' || file || ':' || line as subject_id,
  case
    when error is not null or type is null or method is null then 'unknown'
    when method = 'reject' then 'not_applicable'
    when type = 'local' then 'not_applicable'
    when address is null then 'unknown'
    when address = 'all' or (address in ('0.0.0.0', '::') and coalesce(netmask, '') in ('0.0.0.0', '::')) then 'fail'
    else 'pass'
  end as status,
  case
    when error is not null or type is null or method is null then 'The line is not valid, so what holds instead cannot be told.'
    when method = 'reject' then 'The rule turns connections away.'
    when type = 'local' then 'The rule is for the local socket.'
    when address is null then 'The source did not give the address of the rule.'
    when address = 'all' or (address in ('0.0.0.0', '::') and coalesce(netmask, '') in ('0.0.0.0', '::')) then 'The rule is for every address.'
    else 'The rule is for ' || address || coalesce(' with mask ' || netmask, '') || '.'
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
