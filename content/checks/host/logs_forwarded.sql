with logs as (
  select
    connection,
    string_agg(name, ', ' order by name) filter (where installed and forwards) as sending,
    count(*) filter (where installed is null or (installed and forwards is null and name <> 'auditd')) as unclear,
    count(*) as services
  from host_log_service
  group by connection
)
select
  s.connection || '/' || s.hostname as subject_id,
  case
    when s.container then 'not_applicable'
    when logs.sending is not null then 'pass'
    when coalesce(logs.services, 0) = 0 or logs.unclear > 0 then 'unknown'
    else 'fail'
  end as status,
  case
    when s.container then 'The machine is a container, whose output the machine around it keeps.'
    when logs.sending is not null then 'Logs are sent on by ' || logs.sending || '.'
    when coalesce(logs.services, 0) = 0 or logs.unclear > 0 then 'Whether logs are sent on cannot be told: run the collector as root.'
    else 'None of the known logging services sends to another machine.'
  end as reason
from host_system s
left join logs on logs.connection = s.connection
