select
  connection || '/' || hostname as subject_id,
  case
    when container then 'not_applicable'
    when reboot_required is null then 'unknown'
    when reboot_required then 'fail'
    else 'pass'
  end as status,
  case
    when container then 'The machine is a container: the machine around it decides.'
    when reboot_required is null then 'The system does not tell whether a restart is pending.'
    when reboot_required then 'An installed update waits for a restart.'
    else 'No restart is pending.'
  end as reason
from host_system
