select
  connection || '/' || hostname as subject_id,
  case
    when container then 'not_applicable'
    when automatic_updates is null then 'unknown'
    when automatic_updates then 'pass'
    else 'fail'
  end as status,
  case
    when container then 'The machine is a container: the machine around it decides.'
    when automatic_updates is null then 'Whether updates install by themselves cannot be told on this system.'
    when automatic_updates then 'Updates install by themselves.'
    else 'Updates do not install by themselves.'
  end as reason
from host_system
