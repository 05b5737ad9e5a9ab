select
  connection || '/' || hostname as subject_id,
  case
    when container then 'not_applicable'
    when time_synchronised is null then 'unknown'
    when time_synchronised then 'pass'
    else 'fail'
  end as status,
  case
    when container then 'The machine is a container: the machine around it decides.'
    when time_synchronised is null then 'Whether the clock is synchronised cannot be told: neither timedatectl nor chronyc answered.'
    when time_synchronised then 'The clock is synchronised' || coalesce(' by ' || time_service, '') || '.'
    else 'The clock is not synchronised.'
  end as reason
from host_system
