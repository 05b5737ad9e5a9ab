with logs as (
  select
    connection,
    bool_or(installed) filter (where name = 'auditd') as installed,
    bool_or(running) filter (where name = 'auditd') as running
  from host_log_service
  group by connection
)
select
  s.connection || '/' || s.hostname as subject_id,
  case
    when s.container then 'not_applicable'
    when logs.installed and logs.running then 'pass'
    when logs.installed is null or (logs.installed and logs.running is null) then 'unknown'
    when logs.installed then 'fail'
    else 'fail'
  end as status,
  case
    when s.container then 'The machine is a container, whose output the machine around it keeps.'
    when logs.installed and logs.running then 'auditd runs.'
    when logs.installed is null or (logs.installed and logs.running is null) then 'Whether auditd is installed and runs cannot be told: run the collector as root.'
    when logs.installed then 'auditd is installed and does not run.'
    else 'auditd is not installed.'
  end as reason
from host_system s
left join logs on logs.connection = s.connection
