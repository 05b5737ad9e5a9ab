-- One row for each server and wanted setting, whether or not the server showed it.
with wanted as (
  select s.connection, s.in_recovery, w.name, g.value, g.unit
  from postgres_server s
  cross join (values ('fsync'), ('full_page_writes'), ('synchronous_commit')) w(name)
  left join postgres_setting g on g.connection = s.connection and g.name = w.name
)
select
  connection || '/' || name as subject_id,
  case
    when name = 'full_page_writes' and $atomic_page_writes then 'not_applicable'
    when value is null then 'unknown'
    when value <> 'off' then 'pass'
    else 'fail'
  end as status,
  case
    when name = 'full_page_writes' and $atomic_page_writes then 'The file system writes pages whole.'
    when value is null then 'The server did not show ' || name || ': its version does not have it, or the collecting role needs pg_read_all_settings.'
    when value <> 'off' then name || ' is ' || value || '.'
    else name || ' is off.'
  end as reason
from wanted
