select
  connection || '/' || hostname as subject_id,
  case
    when container then 'not_applicable'
    when apparmor or selinux = 'enforcing' then 'pass'
    when apparmor is null or selinux is null then 'unknown'
    else 'fail'
  end as status,
  case
    when container then 'The machine is a container: the machine around it decides.'
    when apparmor or selinux = 'enforcing' then case when apparmor then 'AppArmor is on.' else 'SELinux is enforcing.' end
    when apparmor is null or selinux is null then 'Whether AppArmor or SELinux is on cannot be told.'
    else 'AppArmor is off and SELinux is ' || selinux || '.'
  end as reason
from host_system
