-- The setting for everyone, whether or not it was read, and each Match block that sets it anew.
with wanted as (
  select s.connection, s.ssh_server_installed, w.name, coalesce(g.condition, 'all') as condition, g.value, g.source
  from host_system s
  cross join (values ('permitrootlogin')) w(name)
  left join host_ssh_setting g on g.connection = s.connection and g.name = w.name and g.position = 1
)
select
  connection || '/' || name || case when condition = 'all' then '' else ' (' || condition || ')' end as subject_id,
  case
    when not ssh_server_installed then 'not_applicable'
    when value is null then 'unknown'
    when value = 'no' then 'pass'
    when value in ('prohibit-password', 'without-password', 'forced-commands-only') and $allow_keys then 'pass'
    else 'fail'
  end as status,
  case
    when not ssh_server_installed then 'No SSH server is installed.'
    when value is null and source = 'default' then 'The setting is a default that depends on the version: run the collector as root, so that sshd -T can be asked.'
    when value is null then 'The setting was not read: run the collector as root.'
    when value = 'no' then 'Root cannot sign in.'
    when value in ('prohibit-password', 'without-password', 'forced-commands-only') and $allow_keys then 'Root can sign in by key only, which is allowed.'
    else 'Root can sign in (PermitRootLogin ' || value || ').'
  end as reason,
  source
from wanted
