-- The setting for everyone, whether or not it was read, and each Match block that sets it anew.
with wanted as (
  select s.connection, s.ssh_server_installed, w.name, coalesce(g.condition, 'all') as condition, g.value, g.source,
    list_filter(
      string_split(regexp_replace(g.value, '^[+^-]', ''), ','),
      lambda offered: len(list_filter(string_split(replace($weak, ' ', ''), ','), lambda weak: contains(offered, weak))) > 0
    ) as weak
  from host_system s
  cross join (values ('ciphers'), ('macs'), ('kexalgorithms')) w(name)
  left join host_ssh_setting g on g.connection = s.connection and g.name = w.name and g.position = 1
)
select
  connection || '/' || name || case when condition = 'all' then '' else ' (' || condition || ')' end as subject_id,
  case
    when not ssh_server_installed then 'not_applicable'
    when value is null then 'unknown'
    when starts_with(value, '-') then 'unknown'
    when len(weak) > 0 then 'fail'
    when starts_with(value, '+') or starts_with(value, '^') then 'unknown'
    else 'pass'
  end as status,
  case
    when not ssh_server_installed then 'No SSH server is installed.'
    when value is null and source = 'default' then 'The setting is a default that depends on the version: run the collector as root, so that sshd -T can be asked.'
    when value is null then 'The setting was not read: run the collector as root.'
    when starts_with(value, '-') then 'The line only takes algorithms out of the defaults, which depend on the version: run the collector as root, so that sshd -T can be asked.'
    when len(weak) > 0 then 'Weak algorithms are offered: ' || array_to_string(weak, ', ') || '.'
    when starts_with(value, '+') or starts_with(value, '^') then 'The line only adds to the defaults, which depend on the version: run the collector as root, so that sshd -T can be asked.'
    else 'No weak algorithm is offered.'
  end as reason,
  source
from wanted
