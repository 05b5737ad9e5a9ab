with logs as (
  select
    connection,
    string_agg(name, ', ' order by name) filter (where installed and running and persistent) as keeping,
    count(*) filter (where installed is null or (installed and (running is null or (running and persistent is null)))) as unclear,
    count(*) as services
  from host_log_service
  group by connection
)
select
  s.connection || '/' || s.hostname as subject_id,
  case
    when s.container then 'not_applicable'
    when logs.keeping is not null then 'pass'
    when coalesce(logs.services, 0) = 0 or logs.unclear > 0 then 'unknown'
    else 'fail'
  end as status,
  case
    when s.container then 'The machine is a container, whose output the machine around it keeps.'
    when logs.keeping is not null then 'Logs are kept by ' || logs.keeping || '.'
    when coalesce(logs.services, 0) = 0 or logs.unclear > 0 then 'Which logging services run and what they keep cannot be told: run the collector as root.'
    else 'No logging service runs that keeps what it writes.'
  end as reason
from host_system s
left join logs on logs.connection = s.connection
