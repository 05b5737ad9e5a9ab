-- The setting for everyone, whether or not it was read, and each Match block that sets it anew.
with wanted as (
  select s.connection, s.ssh_server_installed, w.name, coalesce(g.condition, 'all') as condition, g.value, g.source
  from host_system s
  cross join (values ('hostbasedauthentication'), ('ignorerhosts'), ('permituserenvironment'), ('x11forwarding'), ('strictmodes'), ('maxauthtries'), ('loglevel')) w(name)
  left join host_ssh_setting g on g.connection = s.connection and g.name = w.name and g.position = 1
)
select
  connection || '/' || name || case when condition = 'all' then '' else ' (' || condition || ')' end as subject_id,
  case
    when not ssh_server_installed then 'not_applicable'
    when value is null then 'unknown'
    when name = 'x11forwarding' and $allow_x11 then 'not_applicable'
    when name in ('hostbasedauthentication', 'permituserenvironment', 'x11forwarding') and value = 'no' then 'pass'
    when name = 'ignorerhosts' and value in ('yes', 'shosts-only') or name = 'strictmodes' and value = 'yes' then 'pass'
    when name = 'maxauthtries' and try_cast(value as integer) between 1 and 6 then 'pass'
    when name = 'loglevel' and upper(value) in ('INFO', 'VERBOSE', 'DEBUG', 'DEBUG1', 'DEBUG2', 'DEBUG3') then 'pass'
    else 'fail'
  end as status,
  case
    when not ssh_server_installed then 'No SSH server is installed.'
    when value is null and source = 'default' then 'The setting is a default that depends on the version: run the collector as root, so that sshd -T can be asked.'
    when value is null then 'The setting was not read: run the collector as root.'
    when name = 'x11forwarding' and $allow_x11 then 'X11 forwarding is needed here.'
    when name in ('hostbasedauthentication', 'permituserenvironment', 'x11forwarding') and value = 'no' then 'The setting is no.'
    when name = 'ignorerhosts' and value in ('yes', 'shosts-only') or name = 'strictmodes' and value = 'yes' then 'The setting is ' || value || '.'
    when name = 'maxauthtries' and try_cast(value as integer) between 1 and 6 then 'At most ' || value || ' attempts are taken.'
    when name = 'loglevel' and upper(value) in ('INFO', 'VERBOSE', 'DEBUG', 'DEBUG1', 'DEBUG2', 'DEBUG3') then 'The log level is ' || value || '.'
    else 'The setting is ' || value || '.'
  end as reason,
  source
from wanted
