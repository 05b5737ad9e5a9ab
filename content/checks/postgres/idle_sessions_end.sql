-- One row for each server and wanted setting, whether or not the server showed it.
with wanted as (
  select s.connection, s.in_recovery, w.name, g.value, g.unit
  from postgres_server s
  cross join (values ('idle_in_transaction_session_timeout'), ('idle_session_timeout')) w(name)
  left join postgres_setting g on g.connection = s.connection and g.name = w.name
)
select
  connection || '/' || name as subject_id,
  case
    when name = 'idle_session_timeout' and $idle_minutes = 0 then 'not_applicable'
    when value is null then 'unknown'
    when try_cast(value as bigint) > 0 and try_cast(value as bigint) <= case name when 'idle_session_timeout' then $idle_minutes else $transaction_minutes end * 60000 then 'pass'
    else 'fail'
  end as status,
  case
    when name = 'idle_session_timeout' and $idle_minutes = 0 then 'Idle sessions outside of a transaction need not be ended.'
    when value is null then 'The server did not show ' || name || ': its version does not have it, or the collecting role needs pg_read_all_settings.'
    when try_cast(value as bigint) > 0 and try_cast(value as bigint) <= case name when 'idle_session_timeout' then $idle_minutes else $transaction_minutes end * 60000 then 'Such sessions end after ' || try_cast(value as bigint) // 1000 || ' seconds.'
    else case when value = '0' then 'Such sessions never end.' else 'Such sessions end only after ' || coalesce(try_cast(value as bigint) // 1000, 0) || ' seconds.' end
  end as reason
from wanted
