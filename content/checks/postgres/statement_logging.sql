with seen as (
  select
    connection,
    max(value) filter (where name = 'log_statement') as log_statement,
    max(value) filter (where name = 'pgaudit.log') as pgaudit
  from postgres_setting
  group by connection
)
select
  s.connection || '/server' as subject_id,
  case
    when s.in_recovery then 'not_applicable'
    when seen.log_statement in ('ddl', 'mod', 'all') then 'pass'
    when regexp_matches(lower(coalesce(seen.pgaudit, '')), '(^|[ ,])(ddl|all)($|[ ,])') then 'pass'
    when seen.log_statement is null then 'unknown'
    else 'fail'
  end as status,
  case
    when s.in_recovery then 'The server is a standby, in which no structure can be changed.'
    when seen.log_statement in ('ddl', 'mod', 'all') then 'log_statement is ' || seen.log_statement || '.'
    when regexp_matches(lower(coalesce(seen.pgaudit, '')), '(^|[ ,])(ddl|all)($|[ ,])') then 'pgAudit logs ' || seen.pgaudit || '.'
    when seen.log_statement is null then 'The server did not show log_statement.'
    else 'log_statement is ' || seen.log_statement || ' and pgAudit does not log statements that change the structure.'
  end as reason
from postgres_server s
left join seen on seen.connection = s.connection
